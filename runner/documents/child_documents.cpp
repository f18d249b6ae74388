#include "runner/documents/child_documents.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "actions/checks/check_document.hpp"
#include "agent/document/field_reader.hpp"
#include "agent/document/findings.hpp"
#include "agent/document/unicode.hpp"
#include "agent/expression/reference.hpp"
#include "agent/protocol/event.hpp"
#include "agent/protocol/fault.hpp"

namespace ibtest {

namespace {

namespace fs = std::filesystem;

/// A step that executes another document.
struct Call {
  std::string document;  ///< as written; empty when it is only known at run time
  std::string bucket_owner;
  SourceRange range;
  std::vector<Located<std::string>> parameters = {};  ///< names of those given to it
  bool parameters_known = true;                       ///< those are all
};

struct DeclaredParameter {
  std::string name;
  bool has_default = false;
};

/// A document, and what is known of those below it.
struct Known {
  std::string path;  ///< as written by the first who named it
  std::string location;
  std::string unusable;  ///< why it cannot be executed; empty when it can
  bool missing = false;
  std::string remedy = {};
  std::vector<DeclaredParameter> parameters;
  std::vector<Call> calls;
  bool open = false;  ///< being followed: who comes here again goes in a circle
  bool followed = false;
  std::size_t levels_below = 0;
  std::vector<std::string> longest_chain;  ///< of the paths below
  std::vector<std::string> cycle;          ///< that leads back to a document on the way here; of the paths below
};

std::vector<Call> calls_of(const Document& document) {
  std::vector<Call> calls;
  for (const Phase& phase : document.phases) {
    for (const Step& step : phase.steps) {
      if (step.action.value != "ExecuteDocument" || !step.inputs) continue;
      const auto text_of = [&step](std::string_view key) -> const YamlNode* {
        const YamlNode* const value = step.inputs->find(key);
        return value != nullptr && value->is_scalar() ? value : nullptr;
      };
      const YamlNode* const name = text_of("document");
      const YamlNode* const owner = text_of("document-s3-bucket-owner");
      Call call{{}, {}, name == nullptr ? step.action.range : name->range};
      if (name != nullptr && find_references(name->text).empty()) call.document = name->text;
      if (owner != nullptr && find_references(owner->text).empty()) call.bucket_owner = owner->text;
      if (const YamlNode* const parameters = step.inputs->find("parameters")) {
        for (const YamlNode& parameter : parameters->items) {
          const YamlNode* const given = parameter.find("name");
          const bool literal = given != nullptr && given->is_scalar() && find_references(given->text).empty();
          call.parameters_known = call.parameters_known && literal;
          if (literal) call.parameters.push_back({given->text, given->range});
        }
      }
      calls.push_back(std::move(call));
    }
  }
  return calls;
}

std::string first_error(const DocumentResult& result) {
  const auto error = std::ranges::find(result.diagnostics, Severity::error, &Diagnostic::severity);
  if (error == result.diagnostics.end()) return {};
  const auto count = std::ranges::count(result.diagnostics, Severity::error, &Diagnostic::severity);
  const SourcePosition& place = error->range.begin;
  return fmt::format("{}:{}:{}: {}{}", error->file, place.line, place.column, error->message,
                     count > 1 ? fmt::format(" (and {} more)", count - 1) : "");
}

class ChildCheck {
 public:
  ChildCheck(const Document& document, const std::string& location, const ReadChild& read)
      : read_(read), findings_(*document.source) {
    Known& root = known_[location];
    root.path = document.source->name();
    root.location = location;
    root.open = true;
    for (const Call& call : calls_of(document)) {
      if (!call.document.empty()) check(call, root);
    }
  }

  [[nodiscard]] std::vector<Diagnostic> take() { return findings_.take(); }

 private:
  void check(const Call& call, const Known& root) {
    const Known& child = follow(call, root);
    const std::string chain_start = root.path + " -> " + call.document;
    if (child.open || !child.cycle.empty()) {
      findings_.add("document-cycle"_code, call.range,
                    "a document must not execute itself, not even through others: " + join(chain_start, child.cycle),
                    "loop over a child document instead");
    } else if (child.levels_below + 1 > most_depth) {
      findings_.add("document-nesting"_code, call.range,
                    fmt::format("documents may be nested {} levels deep, not {}: {}", most_depth,
                                child.levels_below + 1, join(chain_start, child.longest_chain)),
                    "execute some of them one after the other instead");
    } else if (!child.unusable.empty() && !is_made_by_a_step(child)) {
      findings_.add(
          "child-document"_code, call.range, child.unusable,
          child.remedy.empty() ? "the step fails unless the document is there and sound when it runs" : child.remedy);
    } else if (!child.missing && child.unusable.empty() && !child.location.empty()) {
      check_parameters(call, child);
    }
  }

  // EXECUTEDOCUMENT-7, D-1
  void check_parameters(const Call& call, const Known& child) {
    std::vector<std::string_view> declared;
    for (const DeclaredParameter& parameter : child.parameters)
      declared.push_back(parameter.name);
    std::vector<std::string_view> given;
    bool all_known = call.parameters_known;  // one that is not declared may be meant for one that is missing
    for (const Located<std::string>& name : call.parameters) {
      given.push_back(name.value);
      if (std::ranges::find(declared, name.value) != declared.end()) continue;
      all_known = false;
      findings_.add("child-parameters"_code, name.range,
                    in_backticks(call.document) + " declares no parameter " + in_backticks(name.value),
                    did_you_mean(name.value, declared,
                                 declared.empty() ? "it has no parameters" : "it declares " + enumerate(declared)));
    }
    for (const DeclaredParameter& parameter : child.parameters) {
      if (parameter.has_default || !all_known || std::ranges::find(given, parameter.name) != given.end()) continue;
      findings_.add("child-parameters"_code, call.range,
                    in_backticks(call.document) + " needs a value for its parameter " + in_backticks(parameter.name) +
                        ", which has no default",
                    "give it below `parameters`");
    }
  }

  // A file that is not here, and that the document names in another place too: most likely it writes it there.
  [[nodiscard]] bool is_made_by_a_step(const Known& child) const {
    if (!child.missing) return false;
    const std::string_view text = findings_.source().text();
    const auto first = text.find(child.path);
    return first != std::string_view::npos && text.find(child.path, first + 1) != std::string_view::npos;
  }

  static std::string join(std::string start, const std::vector<std::string>& rest) {
    for (const std::string& path : rest)
      start += " -> " + path;
    return start;
  }

  // NOLINTNEXTLINE(misc-no-recursion): a document is followed once, and only as deep as it makes sense.
  Known& follow(const Call& call, const Known& caller) {
    Known& child = load(call, caller);
    if (child.open || child.followed) return child;
    child.open = true;
    for (const Call& below : child.calls) {
      if (below.document.empty()) {
        deepen(child, 1, {"?"});
        continue;
      }
      const Known& next = follow(below, child);
      std::vector<std::string> chain = {below.document};
      chain.insert(chain.end(), next.longest_chain.begin(), next.longest_chain.end());
      if ((next.open || !next.cycle.empty()) && child.cycle.empty()) {
        child.cycle = {below.document};
        child.cycle.insert(child.cycle.end(), next.cycle.begin(), next.cycle.end());
      }
      deepen(child, next.open ? 1 : next.levels_below + 1, std::move(chain));
    }
    child.open = false;
    child.followed = true;
    return child;
  }

  static void deepen(Known& document, std::size_t levels, std::vector<std::string> chain) {
    if (levels <= document.levels_below) return;
    document.levels_below = levels;
    document.longest_chain = std::move(chain);
  }

  Known& load(const Call& call, const Known& caller) {
    const fs::path folder = caller.location.starts_with('/') ? fs::path(caller.location).parent_path() : fs::path();
    try {
      const ReadDocument read = read_({call.document, call.bucket_owner, folder});
      if (!read.source) return known_["unknown:" + call.document];
      const auto [place, is_new] = known_.try_emplace(read.location());
      Known& child = place->second;
      if (!is_new) return child;
      child.path = call.document;
      child.location = read.location();
      const DocumentResult result = load_document(read.source, Platform::linux_os, YamlBudget{}.bytes);
      child.unusable = first_error(result);
      if (!result.document) return child;
      child.calls = calls_of(*result.document);
      for (const Parameter& parameter : result.document->parameters)
        child.parameters.push_back({parameter.name.value, parameter.default_value.has_value()});
      return child;
    } catch (const Fault& fault) {
      Known& child = known_["unreadable:" + call.document];
      child.path = call.document;
      child.unusable = fault.message();
      child.remedy = fault.remedy();
      child.missing = true;
      return child;
    }
  }

  const ReadChild& read_;
  Findings findings_;
  std::map<std::string, Known> known_;  ///< by location
};

}  // namespace

std::vector<Diagnostic> check_child_documents(const Document& document, const std::string& location,
                                              const ReadChild& read) {
  return ChildCheck(document, location, read).take();
}

void add_child_findings(DocumentResult& result, const std::string& location, const DocumentReader& reader) {
  if (!result.document) return;
  auto found = check_child_documents(*result.document, location,
                                     [&reader](const DocumentRequest& request) { return reader.read(request); });
  result.diagnostics.insert(result.diagnostics.end(), std::make_move_iterator(found.begin()),
                            std::make_move_iterator(found.end()));
  sort_and_deduplicate(result.diagnostics);
}

}  // namespace ibtest
