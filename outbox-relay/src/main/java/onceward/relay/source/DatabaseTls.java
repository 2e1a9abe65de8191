package onceward.relay.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

/**
 * How the connections to the database are encrypted, in the words of every PostgreSQL client. The
 * files are read anew for every connection, so that certificates may be rotated while the relay
 * runs.
 *
 * @param sslmode one of {@link #MODES}; only {@code verify-full} knows that it talks to that server
 * @param sslrootcert a file of certificates (PEM) that the server's is to be signed by, or {@link
 *     #SYSTEM} for those that Java trusts; null unless the mode verifies
 * @param sslcert a file with the relay's own certificate (PEM); null if it has none, or {@link
 *     #SYSTEM} is trusted
 * @param sslkey a file with its key, without a password (PKCS #8, as .pem or .der); null likewise
 */
public record DatabaseTls(
    String sslmode,
    @Nullable String sslrootcert,
    @Nullable String sslcert,
    @Nullable String sslkey) {

  /** From the weakest to the strongest. */
  public static final List<String> MODES =
      List.of("disable", "prefer", "require", "verify-ca", "verify-full");

  /** The certificates that the Java runtime trusts. */
  public static final String SYSTEM = "system";

  private static final String SYSTEM_FACTORY = "org.postgresql.ssl.DefaultJavaSSLFactory";

  /** Whether anything may be encrypted at all. */
  public boolean encrypts() {
    return !"disable".equals(sslmode);
  }

  /** Whether what Java trusts is trusted; the driver then shows no certificate of ours. */
  public boolean trustsSystem() {
    return SYSTEM.equals(sslrootcert);
  }

  /** Whether the mode looks at who the server is. */
  public boolean verifies() {
    return sslmode.startsWith("verify");
  }

  /**
   * What to connect with, by the names of the driver. Reads the certificate: its key is taken for
   * one of RSA unless the driver is told.
   */
  public Map<String, String> driverProperties() {
    var properties = new LinkedHashMap<String, String>();
    properties.put(PGProperty.SSL_MODE.getName(), sslmode);
    if (trustsSystem()) {
      properties.put(PGProperty.SSL_FACTORY.getName(), SYSTEM_FACTORY);
    } else if (sslrootcert != null) {
      properties.put(PGProperty.SSL_ROOT_CERT.getName(), sslrootcert);
    }
    if (sslcert != null && sslkey != null) {
      properties.put(PGProperty.SSL_CERT.getName(), sslcert);
      properties.put(PGProperty.SSL_KEY.getName(), sslkey);
      certificate()
          .map(own -> own.getPublicKey().getAlgorithm())
          .ifPresent(kind -> properties.put(PGProperty.PEM_KEY_ALGORITHM.getName(), kind));
    }
    return properties;
  }

  /**
   * That the relay's own certificate is not valid now, which a server that refuses it mostly tells
   * by no more than an end of the connection.
   */
  Optional<String> fault() {
    return certificate()
        .map(X509Certificate::getNotAfter)
        .map(Date::toInstant)
        .filter(Instant.now()::isAfter)
        .map(expired -> "the relay's own certificate %s expired at %s".formatted(sslcert, expired));
  }

  private Optional<X509Certificate> certificate() {
    if (sslcert == null) {
      return Optional.empty();
    }
    try (var file = Files.newInputStream(Path.of(sslcert))) {
      return Optional.of(
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(file));
    } catch (IOException | CertificateException unreadable) {
      // The driver reads it next, and says so.
      return Optional.empty();
    }
  }
}
