#include "runner/s3/credential_chain.hpp"

#include <algorithm>
#include <ctime>
#include <fstream>
#include <iterator>
#include <pugixml.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runner/exchange/exchange_handler.hpp"
#include "runner/s3/credential_process.hpp"

namespace ibtest {

namespace {

constexpr std::int64_t renewal_seconds = 60;
constexpr int deepest_source_profile = 5;

std::string read_token(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  while (text.ends_with('\n') || text.ends_with('\r'))
    text.pop_back();
  return text;
}

/// "2026-11-23T16:00:00Z"; nothing for any other form.
std::optional<std::int64_t> seconds_of(const std::string& time) {
  std::tm parts{};
  if (::strptime(time.c_str(), "%Y-%m-%dT%H:%M:%S", &parts) == nullptr) return std::nullopt;
  return ::timegm(&parts);
}

/// What credential_process, container endpoints and instances answer; `what` names it in messages.
AwsCredentials credentials_in(const std::string& text, const std::string& what, const char* token_name) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object() || text_in(json, "AccessKeyId").empty() || text_in(json, "SecretAccessKey").empty()) {
    throw ExchangeFailure(what + " gave no credentials");
  }
  return {text_in(json, "AccessKeyId"), text_in(json, "SecretAccessKey"), text_in(json, token_name),
          seconds_of(text_in(json, "Expiration"))};
}

bool is_loopback(const std::string& url) {
  return url.starts_with("http://127.") || url.starts_with("http://localhost") || url.starts_with("http://[::1]") ||
         url.starts_with("http://169.254.170.2") || url.starts_with("http://169.254.170.23") ||
         url.starts_with("http://[fd00:ec2::23]");
}

}  // namespace

AwsCredentials CredentialChain::get(const Cancelled& cancelled) {
  const std::lock_guard lock(mutex_);
  if (found_ && (!found_->expires || *found_->expires > ::time(nullptr) + renewal_seconds)) return *found_;
  found_ = from_environment();
  if (!found_) found_ = from_web_identity(cancelled);
  if (!found_) found_ = from_profile(profiles_.chosen(), 0, cancelled);
  if (!found_) found_ = from_container(cancelled);
  if (!found_) found_ = from_instance(cancelled);
  if (!found_) {
    throw ExchangeFailure(fmt::format(
        "no AWS credentials were found on the machine that ibtest runs on. Tried: AWS_ACCESS_KEY_ID and "
        "AWS_SECRET_ACCESS_KEY; AWS_WEB_IDENTITY_TOKEN_FILE; profile `{}` in {}; AWS_CONTAINER_CREDENTIALS_*; the "
        "instance's metadata service. Log in, serve the bucket from a folder with --s3-map BUCKET=FOLDER, or send "
        "unsigned requests with --s3-no-sign",
        profiles_.chosen(), profiles_.places()));
  }
  return *found_;
}

std::optional<AwsCredentials> CredentialChain::from_environment() const {
  AwsCredentials found{variable_of(environment_, "AWS_ACCESS_KEY_ID"),
                       variable_of(environment_, "AWS_SECRET_ACCESS_KEY"),
                       variable_of(environment_, "AWS_SESSION_TOKEN")};
  if (found.key_id.empty() || found.secret.empty()) return std::nullopt;
  return found;
}

std::optional<AwsCredentials> CredentialChain::from_web_identity(const Cancelled& cancelled) const {
  const auto file = variable_of(environment_, "AWS_WEB_IDENTITY_TOKEN_FILE");
  const auto role = variable_of(environment_, "AWS_ROLE_ARN");
  if (file.empty() || role.empty()) return std::nullopt;
  const auto token = read_token(file);
  if (token.empty()) throw ExchangeFailure("AWS_WEB_IDENTITY_TOKEN_FILE: " + file + " is empty or cannot be read");
  const auto session = variable_of(environment_, "AWS_ROLE_SESSION_NAME");
  return assume_role(
      fmt::format("Action=AssumeRoleWithWebIdentity&RoleArn={}&RoleSessionName={}&WebIdentityToken={}",
                  percent_encoded(role), percent_encoded(session.empty() ? "ibtest" : session), percent_encoded(token)),
      std::nullopt, cancelled);
}

std::optional<AwsCredentials> CredentialChain::from_profile(const std::string& name, int depth,
                                                            const Cancelled& cancelled) const {
  const auto profile = profiles_.find(name);
  if (!profile) {
    if (depth == 0 && !profiles_.chosen_explicitly()) return std::nullopt;
    throw ExchangeFailure(fmt::format("there is no AWS profile `{}` in {}", name, profiles_.places()));
  }
  if (depth > deepest_source_profile) throw ExchangeFailure("the source_profile of AWS profiles leads in a circle");
  const auto setting = [&profile](std::string_view key) { return setting_of(*profile, key); };
  // A role goes first: its own keys may be those of source_profile = itself.
  const bool from_itself = setting("source_profile") == name;
  if (!setting("role_arn").empty() && !(from_itself && depth > 0)) {
    const auto source = setting("source_profile");
    if (source.empty()) {
      throw ExchangeFailure(
          fmt::format("the AWS profile `{}` has a role without source_profile, which ibtest cannot "
                      "assume; export credentials into the environment",
                      name));
    }
    auto by = from_profile(source, depth + 1, cancelled);
    if (!by) throw ExchangeFailure(fmt::format("the AWS profile `{}` has no credentials", source));
    auto parameters =
        fmt::format("Action=AssumeRole&RoleArn={}&RoleSessionName=ibtest", percent_encoded(setting("role_arn")));
    if (!setting("external_id").empty()) parameters += "&ExternalId=" + percent_encoded(setting("external_id"));
    return assume_role(parameters, std::move(by), cancelled);
  }
  if (!setting("aws_access_key_id").empty() && !setting("aws_secret_access_key").empty()) {
    return AwsCredentials{setting("aws_access_key_id"), setting("aws_secret_access_key"), setting("aws_session_token")};
  }
  if (const auto command = setting("credential_process"); !command.empty()) {
    return credentials_in(run_credential_process(command, cancelled), "the credential_process of the AWS profile",
                          "SessionToken");
  }
  if (!setting("sso_session").empty() || !setting("sso_start_url").empty()) {
    throw ExchangeFailure(
        fmt::format("the AWS profile `{0}` logs in by SSO, which ibtest leaves to the AWS command "
                    "line; run: eval \"$(aws configure export-credentials --profile {0} --format env)\"",
                    name));
  }
  return std::nullopt;
}

std::optional<AwsCredentials> CredentialChain::from_container(const Cancelled& cancelled) const {
  const auto relative = variable_of(environment_, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  const auto full = variable_of(environment_, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (relative.empty() && full.empty()) return std::nullopt;
  AwsRequest request{.url = relative.empty() ? full : "http://169.254.170.2" + relative, .trust = trust_};
  if (!request.url.starts_with("https://") && !is_loopback(request.url)) {
    throw ExchangeFailure("AWS_CONTAINER_CREDENTIALS_FULL_URI must be https, or lead to this machine itself");
  }
  const auto token_file = variable_of(environment_, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  const auto token =
      token_file.empty() ? variable_of(environment_, "AWS_CONTAINER_AUTHORIZATION_TOKEN") : read_token(token_file);
  if (!token.empty()) request.headers.push_back("Authorization: " + token);
  try {
    const auto response = send_request(request, cancelled);
    if (response.status == 200) return credentials_in(response.body, "the container's credentials endpoint", "Token");
    throw ExchangeFailure(fmt::format("the container's credentials endpoint answered with status {}", response.status));
  } catch (const AwsUnreachable& unreachable) {
    throw ExchangeFailure(std::string("asking the container's credentials endpoint: ") + unreachable.what());
  }
}

std::optional<AwsCredentials> CredentialChain::from_instance(const Cancelled& cancelled) const {
  auto disabled = variable_of(environment_, "AWS_EC2_METADATA_DISABLED");
  std::ranges::transform(disabled, disabled.begin(), [](unsigned char letter) { return std::tolower(letter); });
  if (disabled == "true") return std::nullopt;
  auto base = variable_of(environment_, "AWS_EC2_METADATA_SERVICE_ENDPOINT");
  if (base.empty()) base = "http://169.254.169.254";
  while (base.ends_with('/'))
    base.pop_back();
  const std::string roles = base + "/latest/meta-data/iam/security-credentials/";
  const auto ask = [&](std::string method, std::string url, std::string header) {
    return send_request({.method = std::move(method),
                         .url = std::move(url),
                         .headers = {std::move(header)},
                         .trust = trust_,
                         .connect_seconds = 1,
                         .stall_seconds = 2},
                        cancelled);
  };
  try {
    const auto token = ask("PUT", base + "/latest/api/token", "x-aws-ec2-metadata-token-ttl-seconds: 21600");
    if (token.status != 200) return std::nullopt;
    const auto header = "x-aws-ec2-metadata-token: " + token.body;
    const auto role = ask("GET", roles, header);
    if (role.status != 200) return std::nullopt;
    const auto found = ask("GET", roles + role.body.substr(0, role.body.find('\n')), header);
    if (found.status != 200) return std::nullopt;
    return credentials_in(found.body, "the instance's metadata service", "Token");
  } catch (const AwsUnreachable&) {
    return std::nullopt;  // this is no instance
  }
}

AwsCredentials CredentialChain::assume_role(const std::string& parameters, std::optional<AwsCredentials> by,
                                            const Cancelled& cancelled) const {
  auto endpoint = variable_of(environment_, "AWS_ENDPOINT_URL_STS");
  if (endpoint.empty()) endpoint = variable_of(environment_, "AWS_ENDPOINT_URL");
  if (endpoint.empty()) endpoint = "https://sts." + region_ + ".amazonaws.com";
  if (!endpoint.ends_with('/')) endpoint += '/';
  const std::string body = parameters + "&Version=2011-06-15";
  try {
    const auto response = send_request({.method = "POST",
                                        .url = endpoint,
                                        .headers = {"Content-Type: application/x-www-form-urlencoded"},
                                        .body = body,
                                        .credentials = std::move(by),
                                        .region = region_,
                                        .service = "sts",
                                        .trust = trust_},
                                       cancelled);
    pugi::xml_document document;
    document.load_buffer(response.body.data(), response.body.size());
    const auto find = [&document](const char* name) {
      return document.find_node([name](const pugi::xml_node& node) { return std::string_view(node.name()) == name; })
          .text();
    };
    if (response.status != 200 || std::string_view(find("AccessKeyId").get()).empty()) {
      throw ExchangeFailure(fmt::format("assuming the role: STS answered with status {}: {} {}", response.status,
                                        find("Code").get(), find("Message").get()));
    }
    return {find("AccessKeyId").get(), find("SecretAccessKey").get(), find("SessionToken").get(),
            seconds_of(find("Expiration").get())};
  } catch (const AwsUnreachable& unreachable) {
    throw ExchangeFailure(std::string("assuming the role: ") + unreachable.what());
  }
}

}  // namespace ibtest
