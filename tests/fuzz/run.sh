#!/bin/sh
# Runs each fuzzer for a while on a corpus that starts from the fixture documents and is kept in the build folder.
# usage: tests/fuzz/run.sh SECONDS [BUILD_DIR]; the status is not 0 when a fuzzer found something.
set -eu

seconds=${1:?usage: tests/fuzz/run.sh SECONDS [BUILD_DIR]}
source_dir=$(cd "$(dirname "$0")/../.." && pwd)
build_dir=${2:-$source_dir/build/clang}

running=
for fuzzer in fuzz_document fuzz_reference fuzz_lint fuzz_language_server fuzz_agent_lines fuzz_ssh; do
  program=$build_dir/bin/$fuzzer
  if [ ! -x "$program" ]; then
    echo "$program is missing: build it with the preset clang" >&2
    exit 2
  fi
  corpus=$build_dir/fuzz/$fuzzer
  mkdir -p "$corpus/found" "$corpus/seeds"
  for folder in valid invalid; do
    for document in "$source_dir/fixtures/documents/$folder"/*.yml; do
      cp "$document" "$corpus/seeds/$folder-$(basename "$document")"
    done
  done
  cp "$source_dir"/fixtures/lint-hosts/*.yml "$source_dir"/fixtures/lint-hosts/*.json "$corpus/seeds/"
  cp "$source_dir"/fixtures/protocol/v1/* "$corpus/seeds/"
  printf '\007Content-Length: 40\r\n\r\n{"jsonrpc":"2.0","id":1,"method":"ping"}' >"$corpus/seeds/message"
  cp "$source_dir/fixtures/ssh/known_hosts" "$corpus/seeds/"
  echo "$fuzzer: $seconds s"
  "$program" -max_total_time="$seconds" -max_len=8192 -timeout=25 -rss_limit_mb=2048 -print_final_stats=1 \
    -dict="$source_dir/tests/fuzz/document.dict" -artifact_prefix="$corpus/" -verbosity=0 \
    "$corpus/found" "$corpus/seeds" >"$corpus/log" 2>&1 &
  running="$running $fuzzer:$!"
done

status=0
for entry in $running; do
  fuzzer=${entry%%:*}
  if wait "${entry#*:}"; then
    grep 'number_of_executed_units' "$build_dir/fuzz/$fuzzer/log"
  else
    status=1
    echo "$fuzzer found something:" >&2
    tail -n 40 "$build_dir/fuzz/$fuzzer/log" >&2
  fi
done
exit $status
