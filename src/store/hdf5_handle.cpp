#include "hdf5_handle.hpp"

#include <algorithm>
#include <atomic>
#include <string_view>

namespace rgsweep::store {
namespace {

/// Enough for one chunk of a column (see segment_writer.cpp), so that many open files cost little memory.
constexpr std::size_t chunk_cache_slots = 23;
constexpr std::size_t chunk_cache_bytes = std::size_t{512} << 10;
/// HDF5 would take up to 32 MiB for each open file, which a merge of hundreds of shards cannot afford.
constexpr std::size_t metadata_cache_bytes = std::size_t{1} << 20;

void limit_metadata_cache(hid_t access) {
  H5AC_cache_config_t config{};
  config.version = H5AC__CURR_CACHE_CONFIG_VERSION;
  checked(H5Pget_mdc_config(access, &config), "read HDF5's metadata cache settings");
  config.set_initial_size = true;
  config.initial_size = metadata_cache_bytes;
  config.min_size = metadata_cache_bytes;
  config.max_size = metadata_cache_bytes;
  checked(H5Pset_mdc_config(access, &config), "limit HDF5's metadata cache");
}

std::atomic<std::uint64_t> close_failures = 0;

/// Keeps the innermost description, unless a later one quotes the system's own reason.
herr_t keep_reason(unsigned n, const H5E_error2_t* error, void* reason) {
  auto& text = *static_cast<std::string*>(reason);
  const std::string description = error->desc == nullptr ? "" : error->desc;
  constexpr std::string_view quote = "error message = '";
  const std::size_t start = description.find(quote);
  if (n == 0) text = description;
  if (start != std::string::npos) {
    text = description.substr(start + quote.size());
    text.resize(std::min(text.size(), text.find('\'')));
  }
  return 0;
}

Handle access_properties() {
  start_library();
  // Printing is switched off here because the setting belongs to a thread, and every use begins with a file.
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "create HDF5 file access properties");
  checked(H5Pset_fclose_degree(access, H5F_CLOSE_STRONG), "set HDF5's close degree");
  checked(H5Pset_libver_bounds(access, H5F_LIBVER_EARLIEST, H5F_LIBVER_LATEST), "set HDF5's format version");
  checked(H5Pset_cache(access, 0, chunk_cache_slots, chunk_cache_bytes, 1.0), "set HDF5's chunk cache");
  limit_metadata_cache(access);
#if H5_VERSION_GE(1, 10, 7)
  checked(H5Pset_file_locking(access, false, true), "switch HDF5 file locks off");
#endif
  return access;
}

}  // namespace

void fail_hdf5(const std::string& what) {
  std::string reason = "HDF5 gives no reason";
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_reason, &reason);
  throw StoreError("cannot " + what + ": " + reason);
}

std::uint64_t failed_closes() {
  return close_failures;
}

void close_quietly(hid_t id, herr_t (*closer)(hid_t)) {
  if (closer(id) < 0) ++close_failures;
}

void start_library() {
  [[maybe_unused]] static const herr_t once = H5dont_atexit();
}

Handle open_file(const std::string& path) {
  const Handle access = access_properties();
  return Handle(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access), H5Fclose, "open " + path);
}

Handle create_file(const std::string& path) {
  const Handle access = access_properties();
  const Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose, "create HDF5 file properties");
  const unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
  checked(H5Pset_link_creation_order(creation, order), "track the order of columns");
  checked(H5Pset_attr_creation_order(creation, order), "track the order of attributes");
  checked(H5Pset_obj_track_times(creation, false), "leave out the time of writing");
  return Handle(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation, access), H5Fclose, "create " + path);
}

Handle text_type() {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "create the text type");
  checked(H5Tset_size(type, H5T_VARIABLE), "create the text type");
  checked(H5Tset_cset(type, H5T_CSET_UTF8), "create the text type");
  return type;
}

Handle text_type(std::size_t size) {
  if (size == 0) return text_type();
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "create the text type");
  checked(H5Tset_size(type, size), "create the text type");
  checked(H5Tset_strpad(type, H5T_STR_NULLPAD), "create the text type");
  checked(H5Tset_cset(type, H5T_CSET_UTF8), "create the text type");
  return type;
}

Handle open_dataset(hid_t file, const std::string& name) {
  return Handle(H5Dopen2(file, name.c_str(), H5P_DEFAULT), H5Dclose, "open the dataset " + name);
}

Handle dataspace_of(hid_t dataset, const std::string& name) {
  return Handle(H5Dget_space(dataset), H5Sclose, "read the shape of " + name);
}

}  // namespace rgsweep::store
