#include "runner/lint/suppression.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "agent/document/field_reader.hpp"
#include "agent/document/unicode.hpp"
#include "runner/lint/rule_catalog.hpp"

namespace ibtest {

namespace {

constexpr auto suppression_table = std::to_array<LintRule>({
    {{"suppression-without-reason", Severity::warning, ""}},
    {{"suppression-unknown-rule", Severity::warning, ""}},
    {{"useless-suppression", Severity::warning, ""}},
});
constexpr CodeName without_reason(suppression_table[0].code);
constexpr CodeName unknown_rule(suppression_table[1].code);
constexpr CodeName useless(suppression_table[2].code);

constexpr std::string_view form = "write `# ibtest: ignore RULE -- reason`";

struct SuppressedRule {
  std::string_view id;
  std::size_t offset = 0;  ///< in the source
  bool used = false;
};

/// One comment.
struct Suppression {
  SourceRange range;
  std::size_t line = 0;  ///< that it covers
  bool covers_file = false;
  std::vector<SuppressedRule> rules;
};

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  return begin == std::string_view::npos ? std::string_view()
                                         : text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

/// What follows `ibtest:` in a comment of this line.
std::optional<std::string_view> comment_in(std::string_view line) {
  constexpr std::string_view mark = "ibtest:";
  for (std::size_t place = line.find(mark); place != std::string_view::npos; place = line.find(mark, place + 1)) {
    std::size_t hash = place;
    while (hash > 0 && (line[hash - 1] == ' ' || line[hash - 1] == '\t'))
      --hash;
    if (hash == 0 || line[hash - 1] != '#') continue;
    if (hash == 1 || line[hash - 2] == ' ' || line[hash - 2] == '\t' || line[hash - 2] == '#')
      return line.substr(place + mark.size());
  }
  return std::nullopt;
}

/// Where the reason begins: at a `--` between blanks.
std::size_t reason_mark(std::string_view text) {
  for (std::size_t place = text.find("--"); place != std::string_view::npos; place = text.find("--", place + 1)) {
    const bool after_blank = place == 0 || text[place - 1] == ' ' || text[place - 1] == '\t';
    const bool before_blank = place + 2 == text.size() || text[place + 2] == ' ' || text[place + 2] == '\t';
    if (after_blank && before_blank) return place;
  }
  return std::string_view::npos;
}

class SuppressionReader {
 public:
  SuppressionReader(const SourceText& source, Findings& findings) : source_(&source), findings_(&findings) {}

  std::vector<Suppression> read() {
    for (std::size_t number = 1; number <= source_->line_count(); ++number)
      read_line(number);
    return std::move(suppressions_);
  }

 private:
  void read_line(std::size_t number) {
    const std::string_view line = source_->line(number);
    const std::string_view content = trimmed(line);
    const bool alone = content.starts_with('#');
    if (const auto comment = comment_in(line)) read_comment(number, *comment, alone);
    if (!content.empty() && !alone) only_comments_yet_ = false;
  }

  void read_comment(std::size_t number, std::string_view comment, bool alone) {
    const std::size_t begin = offset_of(comment);
    const std::string_view text = trimmed(comment);
    const SourceRange range = source_->range(begin, begin + comment.size());
    const std::string_view verb = text.substr(0, text.find_first_of(" \t"));
    if (verb != "ignore") {
      constexpr std::array<std::string_view, 1> verbs = {"ignore"};
      findings_->add(useless, range, in_backticks("ibtest: " + std::string(verb)) + " says nothing to ibtest",
                     did_you_mean(verb, verbs, std::string(form)));
      return;
    }
    const std::string_view rest = text.substr(verb.size());
    const std::size_t mark = reason_mark(rest);
    Suppression suppression;
    suppression.range = range;
    suppression.line = alone ? line_below(number) : number;
    suppression.covers_file = alone && only_comments_yet_;
    suppression.rules = read_ids(rest.substr(0, mark), range);
    if (mark == std::string_view::npos || trimmed(rest.substr(mark + 2)).empty()) {
      findings_->add(without_reason, range, "this suppression has no reason, and suppresses nothing without one",
                     "add ` -- ` and why the finding does not matter here");
      return;
    }
    suppressions_.push_back(std::move(suppression));
  }

  std::vector<SuppressedRule> read_ids(std::string_view list, const SourceRange& range) {
    std::vector<SuppressedRule> ids;
    if (trimmed(list).empty()) findings_->add(unknown_rule, range, "this suppression names no rule", std::string(form));
    for (std::size_t start = 0; !trimmed(list).empty() && start <= list.size();) {
      const std::size_t comma = std::min(list.find(',', start), list.size());
      const std::string_view id = trimmed(list.substr(start, comma - start));
      start = comma + 1;
      if (id.empty()) continue;
      const std::size_t offset = offset_of(id);
      if (!is_rule(id)) {
        findings_->add(unknown_rule, source_->range(offset, offset + id.size()), "there is no rule " + in_backticks(id),
                       nearest_rule(id));
      } else {
        ids.push_back({id, offset});
      }
    }
    return ids;
  }

  /// The next line that is no comment.
  [[nodiscard]] std::size_t line_below(std::size_t number) const {
    do {
      ++number;
    } while (number <= source_->line_count() && trimmed(source_->line(number)).starts_with('#'));
    return number;
  }

  [[nodiscard]] std::size_t offset_of(std::string_view part) const {
    return static_cast<std::size_t>(part.data() - source_->text().data());
  }

  const SourceText* source_;
  Findings* findings_;
  std::vector<Suppression> suppressions_;
  bool only_comments_yet_ = true;
};

bool suppresses(std::vector<Suppression>& suppressions, const Diagnostic& finding) {
  bool suppressed = false;
  const std::size_t line = finding.range.begin.line;
  for (Suppression& suppression : suppressions) {
    if (line == 0 ? !suppression.covers_file : suppression.line != line) continue;
    for (SuppressedRule& rule : suppression.rules) {
      if (rule.id != finding.code) continue;
      rule.used = true;
      suppressed = true;
    }
  }
  return suppressed;
}

}  // namespace

std::span<const LintRule> suppression_rules() {
  return suppression_table;
}

void apply_suppressions(const SourceText& source, const std::function<bool(std::string_view rule)>& was_checked,
                        std::vector<Diagnostic>& findings) {
  if (source.text().find("ibtest:") == std::string_view::npos) return;
  Findings about_comments(source);
  std::vector<Suppression> suppressions = SuppressionReader(source, about_comments).read();
  std::erase_if(findings, [&](const Diagnostic& finding) { return suppresses(suppressions, finding); });
  for (const Suppression& suppression : suppressions) {
    for (const SuppressedRule& rule : suppression.rules) {
      if (rule.used || !was_checked(rule.id)) continue;
      about_comments.add(useless, source.range(rule.offset, rule.offset + rule.id.size()),
                         "nothing is found here that " + in_backticks(rule.id) + " would suppress",
                         "remove it; it stands on the line of the finding, or alone on the line before");
    }
  }
  auto added = about_comments.take();
  findings.insert(findings.end(), std::make_move_iterator(added.begin()), std::make_move_iterator(added.end()));
  sort_and_deduplicate(findings);
}

}  // namespace ibtest
