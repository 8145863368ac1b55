#include "certificate.h"

#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace aibuild {

namespace fs = std::filesystem;

namespace {

void openssl(const fs::path& folder, const std::string& arguments) {
    const std::string command =
        "cd '" + folder.string() + "' && openssl " + arguments + " >>log 2>&1 </dev/null";
    if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: openssl " + arguments);
}

}  // namespace

Certificate::Certificate(Kind kind) {
    std::string name = (fs::temp_directory_path() / "certificate.XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
    folder_ = name;
    const std::string new_key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes ";
    const std::string host =
        kind == Kind::for_another_host ? "DNS:other.example" : "IP:127.0.0.1,DNS:localhost,DNS:slow.test";
    openssl(folder_, "req -x509 " + new_key + "-keyout ca.key -out ca.pem -subj /CN=test-ca -days 2");
    if (kind == Kind::self_signed) {
        openssl(folder_, "req -x509 " + new_key +
                             "-keyout server.key -out server.pem -subj /CN=test -days 2" +
                             " -addext subjectAltName=" + host);
        return;
    }
    openssl(folder_, "req " + new_key + "-keyout server.key -out server.csr -subj /CN=test");
    std::ofstream(folder_ / "extensions") << "subjectAltName=" << host << "\n";
    std::ofstream(folder_ / "index");
    std::ofstream(folder_ / "ca.conf") << "[ca]\ndefault_ca=c\n[c]\ndatabase=index\nrand_serial=yes\n"
                                          "new_certs_dir=.\ndefault_md=sha256\npolicy=p\n[p]\n"
                                          "commonName=supplied\n";
    const std::string dates =
        kind == Kind::expired ? "-startdate 20200101000000Z -enddate 20200102000000Z" : "-days 1";
    openssl(folder_, "ca -config ca.conf -batch -notext -keyfile ca.key -cert ca.pem -in server.csr " +
                         dates + " -extfile extensions -out server.pem");
}

Certificate::~Certificate() {
    fs::remove_all(folder_);
}

}  // namespace aibuild
