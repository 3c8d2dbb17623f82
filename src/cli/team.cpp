#include "team.hpp"

#include <iostream>

#include <unistd.h>

#include "rgsweep/core/error.hpp"

namespace rgsweep::cli {

namespace {

// What the root did, as one text to be broadcast: a letter for the outcome, then the result or the message.
std::string outcome(const std::function<std::string()>& work) {
  try {
    return std::string("=").append(work());
  } catch (const UsageError& error) {
    return std::string("u") + error.what();
  } catch (const StoreError& error) {
    return std::string("s") + error.what();
  } catch (const std::exception& error) {
    return std::string("e") + error.what();
  }
}

}  // namespace

std::string Team::on_root(const std::function<std::string()>& work) const {
  if (session_ == nullptr) return work();
  const std::string text = session_->broadcast(root() ? outcome(work) : "");
  std::string rest = text.substr(1);
  switch (text.front()) {
    case '=':
      return rest;
    case 'u':
      throw UsageError(rest);
    case 's':
      throw StoreError(rest);
    default:
      throw Error(rest);
  }
}

std::vector<std::string> Team::gather(const std::string& text) const {
  return session_ != nullptr ? session_->gather(text) : std::vector<std::string>{text};
}

std::unique_ptr<schedule::Channel> Team::channel() const {
  if (session_ != nullptr) return std::make_unique<transport::MpiChannel>(*session_);
  return std::make_unique<schedule::LocalChannel>();
}

void Team::leave(int code) const {
  std::cout.flush();
  std::cerr.flush();
  _exit(code);
}

void Team::abort(int code) const {
  if (session_ != nullptr) session_->abort(code);
  _exit(code);
}

}  // namespace rgsweep::cli
