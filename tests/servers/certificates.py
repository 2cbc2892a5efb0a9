"""A certificate authority of the test's own, and what it signs: by the openssl program."""
import subprocess

KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


def _openssl(folder, *words):
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


def authority(folder, name):
    """NAME.crt and NAME.key."""
    _openssl(folder, "req", "-x509", *KEY, "-days", "30", "-subj", "/CN=" + name, "-keyout", name + ".key", "-out", name + ".crt")
    return folder / (name + ".crt")


def signed(folder, by, name, common_name, alternative=None):
    """NAME.crt and NAME.key, signed by the authority `by`."""
    _openssl(folder, "req", *KEY, "-subj", "/CN=" + common_name, "-keyout", name + ".key", "-out", name + ".csr")
    (folder / (name + ".ext")).write_text("subjectAltName=%s\n" % alternative if alternative else "basicConstraints=CA:FALSE\n")
    _openssl(folder, "x509", "-req", "-in", name + ".csr", "-CA", by + ".crt", "-CAkey", by + ".key", "-CAcreateserial", "-days", "30",
             "-extfile", name + ".ext", "-out", name + ".crt")
    (folder / (name + ".key")).chmod(0o600)
    return folder / (name + ".crt"), folder / (name + ".key")
