#!/bin/sh
# Made the certificates beside this file, once; tests only read them. They are valid from 2000 to 2120, but for `expired`.
# The keys are of nobody: both stand here for everyone to read, and those of the two authorities were thrown away.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
curve='-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'

cat > "$work/ca.cnf" <<END
[ca]
default_ca = nobody
[nobody]
database = $work/index
rand_serial = yes
new_certs_dir = $work
default_md = sha256
policy = any
[any]
commonName = supplied
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[bearer]
basicConstraints = CA:FALSE
keyUsage = digitalSignature
extendedKeyUsage = serverAuth, clientAuth
authorityKeyIdentifier = keyid
END
: > "$work/index"

# <name> <subject>
authority() {
  openssl req -new $curve -keyout "$work/$1.key" -subj "/CN=$2" -out "$work/$1.csr"
  openssl ca -batch -notext -selfsign -config "$work/ca.cnf" -extensions authority -keyfile "$work/$1.key" \
    -in "$work/$1.csr" -startdate 20000101000000Z -enddate 21200101000000Z -out "$1.pem"
}

# <name> <subject> <alternative names> <end> <key>
certificate() {
  cp "$work/ca.cnf" "$work/$1.cnf"
  echo "subjectAltName = $3" >> "$work/$1.cnf"
  openssl req -new -key "$5" -subj "/CN=$2" -out "$work/$1.csr"
  openssl ca -batch -notext -config "$work/$1.cnf" -extensions bearer -cert authority.pem -keyfile "$work/authority.key" \
    -in "$work/$1.csr" -startdate 20000101000000Z -enddate "$4" -out "$1.pem"
}

authority authority 'Kith tests: authority of nobody'
authority stranger 'Kith tests: another authority of nobody'
for key in server user; do
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:prime256v1 -out "test-key-of-nobody-$key.pem"
done
certificate server 'server' 'DNS:localhost, IP:127.0.0.1' 21200101000000Z test-key-of-nobody-server.pem
certificate elsewhere 'server elsewhere' 'DNS:elsewhere.example' 21200101000000Z test-key-of-nobody-server.pem
certificate expired 'expired server' 'DNS:localhost, IP:127.0.0.1' 20010101000000Z test-key-of-nobody-server.pem
certificate user 'kith' 'DNS:kith.example' 21200101000000Z test-key-of-nobody-user.pem
