#include "runner/documents/document_answers.hpp"

#include <fmt/format.h>

#include "actions/inputs/component_arn.hpp"
#include "agent/protocol/fault.hpp"

namespace ibtest {

namespace fs = std::filesystem;

nlohmann::json send_document(const DocumentReader& reader, const nlohmann::json& question, ExchangeStream& stream) {
  DocumentRequest request{text_in(question, "document"), text_in(question, "bucketOwner"), {}};
  const std::string caller = text_in(question, "caller");
  if (caller.starts_with('/')) request.calling_folder = fs::path(caller).parent_path();
  const bool is_path = !looks_like_s3_uri(request.location) && !looks_like_arn(request.location);
  if (is_path && !find_document_file(request)) {
    const std::string beside =
        request.calling_folder.empty()
            ? ""
            : fmt::format(" (neither in {} nor in the current folder)", request.calling_folder.string());
    return {{"location", ""},
            {"reason", fmt::format("there is no {} on the machine that ibtest runs on{}", request.location, beside)}};
  }
  try {
    const ReadDocument read = reader.read(request, [&stream] { return stream.cancelled(); });
    const std::string_view text = read.source->text();
    if (text.find("phases") == std::string_view::npos) {
      throw ExchangeFailure(fmt::format("{} is no component document: it has no `phases`", request.location));
    }
    stream.send(text);
    return {{"location", read.location()}};
  } catch (const Fault& fault) {
    throw ExchangeFailure(fault.message() + (fault.remedy().empty() ? "" : "; " + fault.remedy()));
  }
}

}  // namespace ibtest
