package onceward.messaging.testkit.servers;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * An authority that certifies the servers and clients of a test, so that their connections can be
 * encrypted and each can know the other. All it makes are files in one directory, as PEM.
 *
 * <p>Safe for use by many threads, each with other identities.
 */
public final class TestAuthority {

  private static final Duration VALIDITY = Duration.ofDays(1);

  private final Path directory;
  private final X509Bundle root;
  private final Path certificate;

  private TestAuthority(Path directory, X509Bundle root) {
    this.directory = directory;
    this.root = root;
    this.certificate = PemFile.write(directory.resolve("root.pem"), root.getCertificatePEM());
  }

  /** A new authority, whose files lie in an existing directory. */
  public static TestAuthority in(Path directory) {
    try {
      return new TestAuthority(
          directory,
          valid(Instant.now())
              .subject("CN=authority of " + directory.getFileName())
              .setIsCertificateAuthority(true)
              .buildSelfSigned());
    } catch (Exception e) {
      throw new IllegalStateException("cannot make an authority", e);
    }
  }

  /** What to trust: the authority's own certificate. */
  public Path certificate() {
    return certificate;
  }

  /**
   * Somebody who is certified, with files of his own.
   *
   * @param name is his common name; if he is a server, one that he is called by
   */
  public TestIdentity identity(String name) {
    return new TestIdentity(this, directory.resolve(name));
  }

  /** Certified since a day ago, until then. */
  X509Bundle certify(String name, Instant until) {
    try {
      return valid(until.minus(VALIDITY))
          .notAfter(until)
          .subject("CN=" + name)
          .addSanDnsName(name)
          .buildIssuedBy(root);
    } catch (Exception e) {
      throw new IllegalStateException("cannot certify " + name, e);
    }
  }

  private static CertificateBuilder valid(Instant from) {
    // Not ahead of a clock that runs a little behind.
    return new CertificateBuilder().notBefore(from.minus(VALIDITY)).notAfter(from.plus(VALIDITY));
  }
}
