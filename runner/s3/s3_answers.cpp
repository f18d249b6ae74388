#include "runner/s3/s3_answers.hpp"

namespace ibtest {

nlohmann::json S3Answers::answer(const nlohmann::json& question, ExchangeStream& stream) {
  const auto what = text_in(question, "ask");
  const S3Object object{text_in(question, "bucket"), text_in(question, what == "s3-list" ? "prefix" : "key"),
                        text_in(question, "owner")};
  auto answer = nlohmann::json::object();
  if (what == "s3-list") {
    auto listing = store_.list(object, stream);
    answer["keys"] = std::move(listing.keys);
    answer["more"] = listing.more;
  } else if (what == "s3-get") {
    answer["size"] = store_.get(object, stream);
  } else {
    store_.put(object, question.value("size", std::uint64_t{0}), stream);
  }
  if (const auto warning = store_.owner_warning(object); !warning.empty())
    answer["warnings"] = nlohmann::json::array({warning});
  return answer;
}

}  // namespace ibtest
