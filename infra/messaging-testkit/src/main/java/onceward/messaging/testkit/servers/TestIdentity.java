package onceward.messaging.testkit.servers;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/**
 * A server or client with a certificate, in files that keep their names when it is rotated. Not
 * thread-safe.
 */
public final class TestIdentity {

  private static final Duration VALIDITY = Duration.ofHours(1);
  private static final Duration EXPIRED_SINCE = Duration.ofMinutes(1);

  private final TestAuthority authority;
  private final Path directory;
  private X509Certificate now;

  TestIdentity(TestAuthority authority, Path directory) {
    this.authority = authority;
    this.directory = directory;
    this.now = write(Instant.now().plus(VALIDITY));
  }

  /** The certificate that is in the files now. */
  X509Certificate now() {
    return now;
  }

  /** Gets a new key, and a certificate that is valid for an hour. */
  public void renew() {
    now = write(Instant.now().plus(VALIDITY));
  }

  /** Gets a new key, and a certificate that has expired a minute ago. */
  public void expire() {
    now = write(Instant.now().minus(EXPIRED_SINCE));
  }

  private X509Certificate write(Instant until) {
    var certified = authority.certify(directory.getFileName().toString(), until);
    PemFile.write(certificate(), certified.getCertificatePathPEM());
    PemFile.write(key(), certified.getPrivateKeyPEM());
    PemFile.write(
        keyAndCertificate(), certified.getPrivateKeyPEM() + certified.getCertificatePathPEM());
    return certified.getCertificate();
  }

  /** The certificate alone, as PostgreSQL wants it. */
  public Path certificate() {
    return directory.resolve("certificate.pem");
  }

  /** The key alone, as PostgreSQL wants it; nobody else may read it. */
  public Path key() {
    return directory.resolve("key.pem");
  }

  /** Both in one, as Kafka wants them. */
  public Path keyAndCertificate() {
    return directory.resolve("key-and-certificate.pem");
  }
}
