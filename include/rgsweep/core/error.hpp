// Errors that a user is meant to read. Every message says what is wrong, where, and what is allowed;
// only main catches.
#pragma once

#include <stdexcept>
#include <string>

namespace rgsweep {

/// Base of all errors that the program reports in one line.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A wrong command line, sweep file or parameter (exit code 2).
class UsageError : public Error {
 public:
  using Error::Error;
};

/// A file that cannot be read, written or trusted (exit code 1).
class StoreError : public Error {
 public:
  using Error::Error;
};

}  // namespace rgsweep
