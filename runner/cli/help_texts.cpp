#include "runner/cli/help_texts.hpp"

namespace ibtest {

namespace {

constexpr std::string_view overview =
    R"(ibtest runs EC2 Image Builder component documents on your own machine, as the cloud would.

Usage:
  ibtest run FILE...      run component documents in a fresh container or sandbox
  ibtest awstoe COMMAND   the same with the flags and the output of awstoe, for its scripts
  ibtest attach RUN       follow a run on a host again, after ibtest was killed
  ibtest resume RUN       go on with a run after this machine itself was rebooted
  ibtest lint PATH...     check component documents, also those in templates and plans
  ibtest lsp              a language server: check and complete documents in an editor
  ibtest schema           a JSON Schema of component documents, for editors without it
  ibtest clean [--all]    remove what killed runs have left behind
  ibtest help [COMMAND]   explain a command
  ibtest --version        print the version

Examples:
  ibtest run component.yml
  ibtest run install.yml test.yml --target docker:debian-12
  ibtest lint components

Exit status:
  0    everything asked for succeeded
  1    the component failed, or lint found errors
  2    it could not be run as asked: bad usage, an invalid document, nothing to run
  3    the target failed: no container engine, no such image, host unreachable, agent lost
  130  interrupted; everything was cleaned up
  194  this machine itself is to be rebooted, then `ibtest resume` goes on
)";

constexpr std::string_view run = R"(Run component documents, one after another, as the cloud's build agent would.

Usage:
  ibtest run FILE... [flags]

FILE is a path, s3://bucket/key, or the ARN of a component (see --component-path).

Where:
  -t, --target T        docker:IMAGE, podman:IMAGE, finch:IMAGE, ssh:[USER@]HOST[:PORT], sandbox or
                        local. IMAGE is one of al2023, al2, ubuntu-22.04, ubuntu-24.04, debian-12
                        (booted with systemd, as an instance is), or any image reference. HOST is a
                        name, an address, or an alias of your OpenSSH configuration. sandbox is this
                        machine's own file system, whose changes are thrown away; sandbox:FOLDER and
                        sandbox:FILE.tar[.gz|.zst] another root file system. Default: docker:al2023,
                        or sandbox where no engine answers. May be repeated: the documents run on
                        each target, the worst result counts.
  --network WHAT        default (of a container the engine's, of a sandbox this machine's own), or
                        none
  -j, --jobs N          with several targets or --separately: so many runs at once. Default: 1
  --separately          run each document in a machine of its own
  --fail-fast           after a failure begin no further run, and stop those that are going on
  --stages MODE         image: build and validate in one machine, then a snapshot, then test in a
                        fresh machine started from it (the default, where the target can do it).
                        inline: all phases in one machine, in the order they are written.
  --max-reboots N       reboots that a stage may ask for; more fail the step. Default: 15
  --max-reboot-delay N  seconds that a Reboot step may wait at most. Default: 5
  --tmp-on-reboot WHAT  keep (default) or clear what lies in /tmp; a host does as it is set up
  --keep WHEN           leave the machine running for a look around: never (default), on-failure or
                        always. The command that enters it is printed.
  --update-os WHAT      run (default) or skip UpdateOS steps: updates are slow, and new ones come
                        every day
  --no-sudo-shim        where the target has no sudo, do not let `sudo` just run the command
  --i-know-this-changes-my-machine
                        needed with --target local
  --allow-reboot        with --target local: where a step asks for a reboot, save the run and end
                        with status 194; after the reboot `ibtest resume` goes on

Hosts (--target ssh:...; what is done there stays; options of ~/.ssh/config apply):
  --accept-new-host-key add the key of a host that is not in known_hosts yet, instead of refusing
                        it. A key that has changed is always refused.
  --ssh-key FILE        log in with this private key; may be repeated
  --ssh-password[=VAR]  log in with a password: asked for on the terminal, or from the environment
                        variable VAR. Without the flag one is asked for when no key fits.
  --become-password[=VAR]
                        the password for sudo, where the user may not become root without one
  --reconnect-timeout N seconds that a host may be out of reach when the connection is lost; the
                        step goes on meanwhile. Default: 600
  --reboot-timeout N    seconds that a host may take to be up again after a reboot. Default: 600
  --ssh-config FILE     another OpenSSH configuration than ~/.ssh/config

What:
  -p, --phases A,B      run these phases only; their order stays that of the document
  --param NAME=VALUE    value for a parameter; may be repeated
  --params-file FILE    values for parameters: a JSON or YAML file of the form `name: value`.
                        --param wins over it.
  --secret NAME         show the value of this parameter nowhere: `***` stands in all output, logs
                        and reports. Give the value in --params-file, not on the command line. May
                        be repeated
  --values FILE         what `{{ aws:ssm:... }}`, `{{ aws:imds:... }}` and `{{ context:... }}` stand
                        for: a YAML or JSON file of the form `aws:ssm: { /name: value }`. A secret
                        is written `/name: { secure: value }` and is kept out of all logs.
  --component-path DIR  where a document given by the ARN of a component is found: NAME/VERSION.yml,
                        NAME-VERSION.yml, NAME/VERSION/component.yml, or NAME.yml for every
                        version; may be repeated
  --strict              refuse what is only warned of because nobody knows whether the service
                        accepts it: unknown inputs, comparisons that letter case decides, ...
  --pass-aws-env        give AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN and the
                        region of this environment to the steps; no log shows the secrets
  --max-document-size N bytes that a document may have; 65536, unless your account's quota differs

S3 (credentials and profiles are those of the AWS command line, and never enter the target):
  --s3-map BUCKET=FOLDER
                        serve a bucket from a folder of this machine; may be repeated
  --s3-endpoint URL     use this server instead of AWS, as AWS_ENDPOINT_URL_S3 does
  --s3-virtual-hosts    with such a server: bucket.host/key instead of host/bucket/key
  --s3-no-sign          send requests without credentials, for public buckets
  --s3-bucket-owner BUCKET=ACCOUNT
                        whose bucket it is, for expectedBucketOwner where the server does not check
  --s3-offline          S3 steps fail at once, unless --s3-map has the bucket

Web downloads:
  --web-map URL=FILE    serve a URL of WebDownload from a file of this machine, or URL/=FOLDER for
                        all below it; checksums are checked as ever. May be repeated
  --web-offline         download nothing else: WebDownload fails at once for all other URLs

Results:
  --log-dir DIR         put the logs below DIR instead of .ibtest/runs
  --format FORMAT       what to print on standard output: text (default: nothing, people read
                        standard error), json (one object at the end), jsonl (events as they come)
  --junit FILE          write a JUnit XML report
  -q, --quiet           show failures and the summary only
  -v, --verbose         show every line of output, and what the agent logs
  --no-color            no colours; NO_COLOR in the environment does the same
  -h, --help            this text

Examples:
  ibtest run component.yml --target docker:debian-12
  ibtest run install.yml test.yml --param Version=1.2 --keep on-failure
  ibtest run component.yml --phases build,validate --stages inline -v
  ibtest run component.yml -t docker:al2023 -t docker:ubuntu-24.04 --junit report.xml
  ibtest run component.yml -t ssh:ec2-user@203.0.113.7 --ssh-key key.pem --accept-new-host-key
)";

constexpr std::string_view resume = R"(Go on with a run that has asked for a reboot of this machine itself.

Usage:
  ibtest resume RUN

RUN is the execution id, or the folder in .ibtest/runs; `latest` is the newest run. The run goes on
with the documents, flags and results that it had, where the reboot was asked for, and only once.

Flags:
  -h, --help   this text

Examples:
  ibtest resume latest
)";

constexpr std::string_view attach = R"(Follow a run again whose ibtest was killed while it ran over SSH.

Usage:
  ibtest attach RUN

RUN is the execution id, or the folder in .ibtest/runs; `latest` is the newest run. The agent on the
host has gone on meanwhile, and keeps what it has to say for a day after the last step. Its events
are continued where they ended; logs, reports and exit status are those of the run. Where the host
was to reboot, it is waited for, and rebooted if it was not asked yet. Ctrl-C ends the run.

Flags:
  -h, --help   this text

Examples:
  ibtest attach latest
)";

constexpr std::string_view lint = R"(Check component documents without running them.

Usage:
  ibtest lint PATH... [flags]
  ibtest lint --explain RULE
  ibtest lint --rules

What:
  PATH                  a file, a folder (all documents in it), a quoted pattern such as
                        'components/**/*.yml', or - for standard input. Documents are also found in
                        CloudFormation and CDK templates, and in what `terraform show -json` prints;
                        findings point into those files.
  --skip-others         leave named files alone that hold no component document, and succeed when
                        none does: for hooks that name all files of a change
  --stdin-filename NAME what standard input is called in the findings
  --platform PLATFORM   linux, windows or macos: the platform of all components. Default: the one
                        that their resource or .ibtest.yml names, else the one that most of their
                        steps need
  --param NAME=VALUE    value for a parameter, checked against its `allowedValues`; may be repeated

How strictly:
  --severity RULE=LEVEL error, warning, hint or off; may be repeated. .ibtest.yml in the folder of
                        the document or above it can say the same, and more:
                          severity: { over-inline-limit: off }
                          platform: windows
                          ignore: [ old/** ]
  --max-warnings N      more warnings than that are a failure
  --no-shellcheck       do not have ShellCheck check the scripts of ExecuteBash steps. Without it,
                        or where `shellcheck` is not installed, bash checks their syntax only. Its
                        codes are rules: SC2086

Results:
  --format FORMAT       text (default), json, sarif, github (annotations) or junit
  --fix                 mend what leaves no doubt: misspelt keys, inputs and actions, references
                        that lack their quotes, other ways to write `schemaVersion: 1.0`
  --diff                show what --fix would change, and change nothing
  --explain RULE        what a rule finds, why it matters, and an example
  --rules               all rules with their severities
  --no-color            no colours; NO_COLOR in the environment does the same
  -h, --help            this text

A comment on the line of a finding, or alone on the line before, suppresses it:
  # ibtest: ignore RULE[,RULE] -- reason

Exit status: 1 when there are errors, 0 when there are only warnings and hints, 2 when a file cannot
be read or is no component document, or when there is nothing to lint.

Examples:
  ibtest lint component.yml
  ibtest lint . --max-warnings 0 --format github
  ibtest lint template.yml --severity unknown-input=error
  ibtest lint --diff components
  ibtest lint --explain unquoted-reference
)";

constexpr std::string_view lsp = R"(Serve editors: a language server (LSP 3.17) for component documents.

Usage:
  ibtest lsp [--stdio]

It speaks the protocol on standard input and output; an editor starts it. It shows what
`ibtest lint` finds while you type, with the severities of .ibtest.yml, also in templates and plans
that hold components; completes keys, actions, inputs, their values and {{ references }}; explains
them where the mouse is; goes to the parameter, constant, step or loop behind a reference; and mends
what leaves no doubt.

Flags:
  --stdio      what it does anyway; some editors add this flag
  -h, --help   this text

Examples:
  ibtest lsp

In Neovim:
  vim.lsp.start({ name = 'ibtest', cmd = { 'ibtest', 'lsp' } })

Exit status: 0 when the editor has shut it down, 1 when its input ends before.
)";

constexpr std::string_view schema =
    R"(Print a JSON Schema (draft 07) of component documents, for editors and validators.

Usage:
  ibtest schema

Editors that know YAML and schemas complete keys, actions and inputs with it, explain them, and mark
what is misspelt, missing or of the wrong type. `ibtest lint` and `ibtest lsp` find all that, and
what a schema cannot say: wrong references, names that are used twice, values that do not fit.

Flags:
  -h, --help   this text

Examples:
  ibtest schema > component.schema.json

In the first line of a document, for editors with yaml-language-server:
  # yaml-language-server: $schema=component.schema.json

Exit status: 0, or 2 when the schema cannot be written.
)";

constexpr std::string_view clean = R"(Remove containers, snapshots and sandboxes that killed runs have left behind.

Usage:
  ibtest clean [--all]

Flags:
  --all        also remove machines kept with --keep, and the images, volumes and unpacked archives
               that ibtest caches
  -h, --help   this text

Every run does the same for runs that are no longer alive; logs in .ibtest are never removed.

Examples:
  ibtest clean
  ibtest clean --all
)";

}  // namespace

std::string_view help_text(std::string_view command) {
  if (command == "run") return run;
  if (command == "resume") return resume;
  if (command == "attach") return attach;
  if (command == "lint") return lint;
  if (command == "lsp") return lsp;
  if (command == "schema") return schema;
  if (command == "clean") return clean;
  if (command.starts_with("awstoe")) return awstoe_help_text(command);
  return overview;
}

std::string version_text() {
  return "ibtest " IBTEST_VERSION;
}

}  // namespace ibtest
