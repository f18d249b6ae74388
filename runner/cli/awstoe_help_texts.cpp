#include "runner/cli/help_texts.hpp"

namespace ibtest {

namespace {

constexpr std::string_view overview =
    R"(Run and validate component documents with the flags, the output and the exit statuses of awstoe,
so that scripts written for it need another name only: `ibtest awstoe` for `awstoe`.

Usage:
  ibtest awstoe run --documents A,B [flags]   run documents
  ibtest awstoe run --config FILE [flags]     run what a JSON file describes
  ibtest awstoe validate --documents A,B      check documents without running them
  ibtest awstoe --version                     print the version

Unlike awstoe, documents run in a fresh container, not on this machine: --target chooses where.

Examples:
  ibtest awstoe run --documents install.yml,test.yml --phases build,validate
  ibtest awstoe validate --documents install.yml

Exit status: 0 when everything succeeded or is valid, 1 for every failure, bad usage included; 130
when interrupted.
)";

constexpr std::string_view run_text =
    R"(Run component documents as `awstoe run` does, all phases in one machine, in the order of documents.

Usage:
  ibtest awstoe run --documents A,B [flags]
  ibtest awstoe run --config FILE [flags]

Long flags may have one dash or two, values stand behind a blank or `=`. Exactly one of --config and
--documents is needed.

Flags of awstoe:
  -c, --config FILE     settings as JSON, a file or s3://bucket/key; flags win over them. Not
                        together with --documents or --parameters
  -d, --documents A,B   paths, s3://bucket/key, ARNs of components (see --component-path); a blank
                        after a comma belongs to the path
  --parameters N=V,N=V  values for parameters; one with a comma needs --config. What no document
                        declares is ignored
  -p, --phases A,B      run these phases only. Where no document has one, the run succeeds
                        without a step
  -i, --execution-id ID name of the run; default: a fresh one
  -l, --log-directory DIR
                        the log folder TOE_<time>_UTC-0_<id> is made there; default: here
  -b, --log-s3-bucket-name BUCKET
                        store the log folder in this bucket as well
  -k, --log-s3-key-prefix PREFIX
                        below this prefix
  --log-s3-bucket-owner ACCOUNT, --document-s3-bucket-owner ACCOUNT
                        12 digits: whose bucket it must be, of the logs and of S3 documents
  --blocked-action-modules A,B
                        refuse documents that use these actions, before anything runs
  -t, --trace           show every line of output on standard error
  --cw-log-group GROUP, --cw-log-region REGION, --cw-log-stream STREAM
                        refused, because a local run sends nothing to CloudWatch Logs; with
  --cw-ignore-failures  the run goes on without
  -s, --state-directory DIR
                        warns of what lies in it: there, an old marker would resume an old run
  -v, --version         print the version
  -h, --help            this text

Flags of ibtest, explained by `ibtest help run`:
  --target T (only once), --keep WHEN, --values FILE, --junit FILE, --component-path DIR,
  --secret NAME, --update-os WHAT, --max-reboots N, --max-reboot-delay N, --tmp-on-reboot WHAT,
  --no-sudo-shim, --i-know-this-changes-my-machine, --max-document-size N, --no-color,
  --s3-map BUCKET=FOLDER,
  --s3-endpoint URL, --s3-bucket-owner BUCKET=ACCOUNT, --s3-offline, --s3-no-sign,
  --s3-virtual-hosts, --strict, --pass-aws-env, --web-map URL=FILE, --web-offline,
  --accept-new-host-key, --ssh-key FILE, --ssh-password[=VAR], --become-password[=VAR],
  --reboot-timeout N, --reconnect-timeout N, --ssh-config FILE, --network WHAT

Standard output has the summary only, as JSON: executionId, status, the counts of steps,
failureMessage, logUrl. What people read goes to standard error.

Examples:
  ibtest awstoe run --documents install.yml,test.yml --phases build,validate
  ibtest awstoe run -d install.yml --parameters Version=1.2,Stage=dev --target docker:debian-12
  ibtest awstoe run --config build_input_config.json -p build,validate -l /var/lib/amazon/toe
)";

constexpr std::string_view validate = R"(Check component documents as `awstoe validate` does. Nothing is run.

Usage:
  ibtest awstoe validate --documents A,B [flags]

Flags of awstoe:
  -d, --documents A,B   paths, s3://bucket/key, ARNs of components; a blank after a comma belongs to
                        the path. An empty list is valid
  --document-s3-bucket-owner ACCOUNT
                        12 digits: whose bucket it must be
  --blocked-action-modules A,B
                        actions that are refused
  --os-platforms A,B    validate for linux (the default), windows, darwin
  -t, --trace           show hints as well
  -h, --help            this text

Flags of ibtest, explained by `ibtest help run`:
  --component-path DIR, --max-document-size N, --no-color, --s3-map BUCKET=FOLDER,
  --s3-endpoint URL, --s3-bucket-owner BUCKET=ACCOUNT, --s3-offline, --s3-no-sign,
  --s3-virtual-hosts

Standard output has one JSON object: validationStatus (success or failed), and message, which is the
first error. All of them, with their places, go to standard error.

Examples:
  ibtest awstoe validate --documents install.yml,test.yml
  ibtest awstoe validate -d s3://components/install.yml --os-platforms linux,darwin
)";

}  // namespace

std::string_view awstoe_help_text(std::string_view command) {
  if (command == "awstoe run") return run_text;
  if (command == "awstoe validate") return validate;
  return overview;
}

}  // namespace ibtest
