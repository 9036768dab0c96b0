"""Runs a server of OpenStack Swift from a folder that is not /etc/swift: `openstackSwift.py FOLDER SERVER`, or makes the
rings: `openstackSwift.py FOLDER rings PORT PORT PORT`."""

import json
import sys
import time

from swift.common import storage_policy, utils
from swift.common.ring import RingBuilder
from swift.common.wsgi import run_wsgi


class Memory:
    """Keeps in the process what Swift keeps in memcached, which one process can do without."""

    def __init__(self):
        self.values = {}

    def get(self, key, raise_on_error=False):
        value, end = self.values.get(key, ('null', 0))
        return None if end and end < time.time() else json.loads(value)

    def set(self, key, value, serialize=True, time=0, min_compress_len=0, raise_on_error=False):
        self.values[key] = (json.dumps(value), now() + time if time else 0)

    def incr(self, key, delta=1, time=0):
        value = max(0, (self.get(key) or 0) + delta)
        self.set(key, value, time=time)
        return value

    def decr(self, key, delta=1, time=0):
        return self.incr(key, -delta, time)

    def delete(self, key, server_key=None):
        self.values.pop(key, None)

    def set_multi(self, mapping, server_key, serialize=True, time=0, min_compress_len=0):
        for key, value in mapping.items():
            self.set(key, value, time=time)

    def get_multi(self, keys, server_key):
        return [self.get(key) for key in keys]


now = time.time


def cache(global_conf, **local_conf):
    memory = Memory()

    def wrap(app):
        def call(env, start_response):
            env['swift.cache'] = memory
            return app(env, start_response)

        return call

    return wrap


def make_rings(folder, ports):
    for name, port in zip(['account', 'container', 'object'], ports):
        builder = RingBuilder(2, 1, 0)
        device = {'id': 0, 'region': 1, 'zone': 1, 'weight': 1, 'ip': '127.0.0.1', 'port': int(port), 'device': 'disk'}
        builder.add_dev(device)
        builder.rebalance()
        builder.get_ring().save('%s/%s.ring.gz' % (folder, name))


if __name__ == '__main__':
    folder, what = sys.argv[1:3]
    utils.set_swift_dir(folder)
    storage_policy.reload_storage_policies()
    if what == 'rings':
        make_rings(folder, sys.argv[3:])
    else:
        sys.exit(run_wsgi('%s/%s.conf' % (folder, what), what))
