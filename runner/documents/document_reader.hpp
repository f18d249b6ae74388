#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "agent/document/source_text.hpp"
#include "runner/documents/component_folders.hpp"
#include "runner/s3/s3_store.hpp"

namespace ibtest {

/// A component document as somebody names it: on the command line, in a config file, in an ExecuteDocument step.
struct DocumentRequest {
  std::string location;                       ///< a path, `s3://bucket/key`, or the ARN of a component; as written
  std::string bucket_owner = {};              ///< account that the bucket of an S3 document must belong to; empty: any
  std::filesystem::path calling_folder = {};  ///< where a relative path is looked up first (D-7); empty: nowhere else
};

struct ReadDocument {
  std::shared_ptr<const SourceText> source;  ///< its name is the location as written (LOG-14)
  std::filesystem::path file = {};           ///< absolute path of its file; empty for documents from S3
  std::string warning = {};                  ///< what people should know of how it was read; empty: nothing

  /// Which document it is (JobDocument::location): the file without links, or the S3 URI.
  [[nodiscard]] std::string location() const;
};

/// Where a path leads: relative to the calling folder, then to the current one (D-7). Nothing when there is no file;
/// never for S3 URIs and ARNs.
[[nodiscard]] std::optional<std::filesystem::path> find_document_file(const DocumentRequest& request);

/// The document that a path leads to. Throws Fault (not_runnable) as DocumentReader::read() does.
[[nodiscard]] ReadDocument read_document_file(const DocumentRequest& request);

/// Reads component documents wherever they are. Usable on any thread.
class DocumentReader {
 public:
  /// Asked from time to time while a document is downloaded.
  using IsCancelled = std::function<bool()>;

  DocumentReader(S3Store& s3, ComponentFolders components) : s3_(s3), components_(std::move(components)) {}

  /// The text of a document, no more of it than the parser would take. Throws Fault (not_runnable): not there, not
  /// readable, empty, binary, no such component; and ExchangeCancelled once it is not wanted any more.
  [[nodiscard]] ReadDocument read(const DocumentRequest& request, const IsCancelled& is_cancelled = {}) const;

 private:
  S3Store& s3_;
  ComponentFolders components_;
};

/// The text of an object, at most `limit` bytes. Throws as DocumentReader::read() does.
[[nodiscard]] std::string read_s3_text(S3Store& s3, const std::string& uri, const std::string& bucket_owner,
                                       std::size_t limit, const DocumentReader::IsCancelled& is_cancelled = {});

/// Whether a location is meant as an S3 URI.
[[nodiscard]] inline bool looks_like_s3_uri(std::string_view location) {
  return location.starts_with("s3://");
}

}  // namespace ibtest
