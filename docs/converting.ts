import { labelOf } from '../convert/node';
import { operationRules } from '../convert/operations';
import { table } from './tables';

/** What to know of an operation besides its counterpart. */
const remarks: Record<string, string> = {
	'bucket.delete': "n8n's node _S3_ does nothing here in n8n 1. The converted node deletes the bucket, if it is empty",
	'bucket.search': "'Delimiter' `/` becomes 'Include Subfolders' off",
	'file.copy': 'Paths such as `/bucket/key` become a bucket and a key each, also in expressions',
	'file.download': 'The items of the input come out again, with the file. Files that they had before are left out',
	'file.getAll': "Only files of this level, and no empty ones: 'Return Only' and filters in 'Options'",
	'file.upload': "'Parent Folder Key' and 'File Name' become 'Key'. Text keeps the type `text/html`",
	'folder.create': 'A folder that exists stays as it is',
	'folder.delete':
		"Gives the number of deleted objects in `objects`, not their keys. Only the folder is deleted: n8n's node also deletes keys that begin with the same text",
	'folder.getAll': 'As before, only folders that have their own object',
};

const operations = table(
	["n8n's node", 'Becomes', 'Good to know'],
	Object.entries(operationRules).map(([id, { to }]) => [labelOf(id), labelOf(to), remarks[id] ?? '']),
);

/** Returns the page about the command that converts workflows. */
export const convertingPage = () => `<!-- Made by \`gulp build\`; do not edit. -->

# Convert workflows of n8n's AWS S3 and S3 nodes

A command turns the nodes _AWS S3_ (versions 1 and 2) and _S3_ in exported workflows into _Amazon S3_ nodes of this package. It
needs Node.js 20.19 or newer and nothing else, and talks to no server.

1. In n8n open the workflow and choose _Export JSON_ in its menu (n8n 1: _Download_).
2. Convert the file:

   \`\`\`
   npx n8n-nodes-aws-s3 convert workflow.json
   \`\`\`

   This writes \`workflow.converted.json\`, and says what it did. Your file stays as it is.

3. Create a new workflow in n8n, choose _Import_ → _From file_ in its menu (n8n 1: _Import from File_), and select \`workflow.converted.json\`.
4. Do what the command lists under _To do_, execute the workflow once, then publish it instead of the old one.

For all workflows of your n8n, on its server:

\`\`\`
n8n export:workflow --all --separate --output=workflows/
npx n8n-nodes-aws-s3 convert workflows
n8n import:workflow --separate --input=workflows-converted/
\`\`\`

The folder \`workflows-converted\` has only workflows that changed. n8n's import replaces workflows with the same ID and switches
them off, so keep the folder \`workflows\` until all of them work.

To keep all workflows as they are, import the converted ones as inactive copies, with _(converted)_ at the end of their names:

\`\`\`
n8n export:workflow --all --separate --output=workflows/
npx n8n-nodes-aws-s3 convert workflows
mkdir copies
for file in workflows-converted/*.json; do
  node --print 'const { name, nodes, connections, settings } = require(path.resolve(process.argv[1]));
    JSON.stringify({ name: name + " (converted)", nodes, connections, settings, active: false })' "$file" > "copies/\${file##*/}"
done
n8n import:workflow --separate --input=copies/
\`\`\`

The test \`test/e2e/convertAll.test.ts\` runs both lists of commands with n8n's own programs (\`npm test e2e convertAll\`).

| Option | What it does |
| --- | --- |
| \`-o\`, \`--output\` | Where to write: a new file or folder, or \`-\` for standard output |
| \`--in-place\` | Replace the files that were read |
| \`-\` instead of a file | Read standard input, write standard output |

The command never overwrites a file without \`--in-place\`. Its exit code is 0 if all nodes were converted, 2 if some stay as they
were, and 1 if nothing was done.

## Why no template does this

n8n's node _n8n_ can list and create workflows, but no node can run the command in between. _Execute Command_ is off in n8n 2 unless you
enable it, and runs with all rights of n8n. The _Code_ node cannot load this package unless you allow it for all workflows. An
operation of the _Amazon S3_ node would stay in the node forever, for work that you do once.

## What stays the same

- Names, positions, notes, connections, expressions and tags. _Retry On Fail_, _On Error_ and the other settings of a node.
- **The credential of AWS S3.** _Amazon S3_ takes n8n's _AWS (IAM)_ and _AWS (Assume Role)_ credentials too, so the converted node has
  the same one.
- **Fields that later nodes read.** _Amazon S3_ gives \`key\`, \`size\` and \`etag\` where the old nodes gave \`Key\`, \`Size\` and \`ETag\`.
  If a node follows, the command adds an _Edit Fields_ node that gives the old fields. Where expressions name the old node, as
  \`$('AWS S3')\` does, the _Edit Fields_ node takes over that name, so no other node changes. Delete it once later nodes use the new
  fields.
- **Tools of an agent** are converted without _Edit Fields_: the agent reads the new fields.

## What you have to do

For each credential of the type _S3_, create an _Amazon S3 API_ credential, because the command cannot see its secret. Turn on 'S3-Compatible Service': 'S3 Endpoint' goes
into 'Service URL', and 'Region' into 'Region', or into 'Region Code' after you select _Other (for S3-Compatible Services)_. The other fields have the same
names. Then select it in the converted nodes.

## Operations

${operations}

The test \`test/e2e/convert.test.ts\` runs workflows of all these operations, of both nodes and both versions, as they are and
converted, in n8n against an S3 server: the same objects, and the same items (\`npm test e2e convert\`).

## What is not converted

The command lists such a node with its reason, and leaves it as it was. Both kinds of nodes work in one workflow.

| Reason | What to do |
| --- | --- |
| A required field is empty | Complete the node |
| An option with fixed choices, such as 'ACL' or 'Storage Class', is an expression, or so are all options together | Select the value, convert again |
| 'Binary File', 'Fetch Owner' or 'Tags' is an expression | Enter the value, convert again |
| 'Delimiter' is not \`/\` | Keep the node. S3 folders end in \`/\` |
| 'Encoding Type' is set | Remove it, and the decoding in later nodes: keys are plain text here |
| 'Source Path' names a version | Use _Object: Copy_ with 'Source Version ID' |
| 'Destination Path' does not begin with \`/\` | Add the slash. n8n's node takes the second part for the bucket |
| A later node reads \`deleted\` of _Folder: Delete_, or \`Location\` of _File: Upload_ | Change that node, or keep the old one |

## What changes

- Switches such as 'Grant Read' are left out: n8n's nodes send them without a name of who gets access.
- Keys with \`#\`, \`?\`, \`%\` or \`..\` are used exactly as they are. n8n's nodes change them.
- Several items with one key stop _Upload_ and _Copy_ before anything is written. To allow it, add _Allow Items With the Same Key_.
- 'Return All', 'Limit' and 'Options' may be expressions with a value for each item. n8n's nodes use the first item's for all.
- A limit counts what comes out. In n8n's nodes, it also counts the empty files and folders that they then leave out.
- The error of a failed item is text as before, with other words.
- Compliance mode needs a word that you type, so that nobody locks data by mistake.

[What else differs between the nodes, and why](moving.md)
`;
