#include "runner/cli/runner_answers.hpp"

#include "runner/documents/document_answers.hpp"
#include "runner/exchange/ca_bundle.hpp"

namespace ibtest {

nlohmann::json RunnerAnswers::answer(const nlohmann::json& question, ExchangeStream& stream) {
  const auto what = text_in(question, "ask");
  if (what == "ca-bundle") return send_ca_bundle(stream, environment_);
  if (what == "web-get") return web_.answer(question, stream);
  if (what.starts_with("s3-")) return s3_.answer(question, stream);
  if (what == "document") return send_document(documents_, question, stream);
  throw ExchangeFailure("this ibtest cannot answer `" + what + "`; ibtest and its agent must be of the same version");
}

}  // namespace ibtest
