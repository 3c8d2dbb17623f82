#include "pending_file.hpp"

#include <string>

#include "attribute_io.hpp"
#include "file_system.hpp"
#include "trailer.hpp"

namespace rgsweep::store {

PendingFile::PendingFile(const std::filesystem::path& path)
    : path_(path), temporary_(files::temporary_name(path)), file_(create_file(temporary_.string())) {}

PendingFile::~PendingFile() {
  if (!published_) files::remove_quietly(temporary_);  // what stays is removed by the next writer
}

void PendingFile::write_attributes(const Attributes& attributes) {
  write_attribute(file_, "Conventions", std::string("CF-1.8"));
  for (const auto& [name, value] : attributes)
    if (name != "Conventions") write_attribute(file_, name, value);
}

void PendingFile::flush() {
  checked(H5Fflush(file_, H5F_SCOPE_GLOBAL), "write " + temporary_.string());
}

void PendingFile::publish(const std::function<void()>& allowed) {
  file_.close("write " + temporary_.string());
  if (failed_closes() != failures_before_)
    throw StoreError("cannot write " + temporary_.string() + ": HDF5 could not write all of its data");
  append_trailer(temporary_);
  files::publish(temporary_, path_, allowed);
  published_ = true;
}

}  // namespace rgsweep::store
