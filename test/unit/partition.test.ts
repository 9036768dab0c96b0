import { hostSuffixes, partitionOf } from '../../nodes/AwsS3/s3/partition';

test.each([
	['eu-central-1', 'aws', 'amazonaws.com'],
	['us-east-1', 'aws', 'amazonaws.com'],
	['cn-north-1', 'aws-cn', 'amazonaws.com.cn'],
	['us-gov-west-1', 'aws-us-gov', 'amazonaws.com'],
	['us-iso-east-1', 'aws-iso', 'c2s.ic.gov'],
	['us-isob-east-1', 'aws-iso-b', 'sc2s.sgov.gov'],
	['eu-isoe-west-1', 'aws-iso-e', 'cloud.adc-e.uk'],
	['us-isof-south-1', 'aws-iso-f', 'csp.hci.ic.gov'],
	['eusc-de-east-1', 'aws-eusc', 'amazonaws.eu'],
])('%s is in %s', (region, id, suffix) => {
	expect(partitionOf(region)).toMatchObject({ id, suffix });
	expect(hostSuffixes.filter((own) => own === suffix)).toHaveLength(1);
});
