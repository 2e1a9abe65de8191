package onceward.relay.settings;

import onceward.relay.source.DatabaseTls;
import org.jspecify.annotations.Nullable;

/**
 * Whether what is set of a database's encryption goes together, so that nobody verifies by half.
 */
final class TlsChecks {

  private TlsChecks() {}

  /**
   * @throws InvalidConfigurationException for the first property that is not allowed
   */
  static DatabaseTls tls(
      PropertyChecks checks,
      @Nullable String sslmode,
      @Nullable String sslrootcert,
      @Nullable String sslcert,
      @Nullable String sslkey) {
    var tls =
        new DatabaseTls(
            mode(checks, sslmode, sslrootcert),
            rootCertificate(checks, sslrootcert),
            sslcert == null ? null : checks.readable("sslcert", sslcert),
            sslkey == null ? null : checks.readable("sslkey", sslkey));
    if (tls.verifies() && sslrootcert == null) {
      throw checks.contradicted(
          "sslrootcert",
          "is missing; with sslmode=%s set it to a file of certificates, or to %s for those that Java trusts"
              .formatted(sslmode, DatabaseTls.SYSTEM));
    }
    if (!tls.verifies() && sslrootcert != null) {
      throw checks.contradicted(
          "sslrootcert",
          "is set, but sslmode=%s verifies nothing; set sslmode=verify-full, or leave it out"
              .formatted(sslmode));
    }
    if ((sslcert == null) != (sslkey == null)) {
      throw checks.contradicted("sslcert", "and .sslkey go together; set both or neither");
    }
    if (sslcert != null && (tls.trustsSystem() || !tls.encrypts())) {
      throw checks.contradicted(
          "sslcert",
          "is set, but with %s it is never shown; set sslrootcert to a file of certificates, or leave it out"
              .formatted(tls.encrypts() ? "sslrootcert=system" : "sslmode=disable"));
    }
    return tls;
  }

  private static String mode(
      PropertyChecks checks, @Nullable String sslmode, @Nullable String sslrootcert) {
    if (sslmode == null) {
      return sslrootcert == null ? "prefer" : "verify-full";
    }
    return checks.allowed(
        "sslmode", sslmode, DatabaseTls.MODES::contains, String.join(", ", DatabaseTls.MODES));
  }

  private static @Nullable String rootCertificate(
      PropertyChecks checks, @Nullable String sslrootcert) {
    return sslrootcert == null || sslrootcert.equals(DatabaseTls.SYSTEM)
        ? sslrootcert
        : checks.readable("sslrootcert", sslrootcert);
  }
}
