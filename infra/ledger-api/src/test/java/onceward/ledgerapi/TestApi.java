package onceward.ledgerapi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import onceward.ledger.source.LedgerSettings;
import onceward.ledger.verify.Stall;
import onceward.ledger.verify.Verdict;

/** The API with tokens, over servers that a test names and may change. */
final class TestApi implements AutoCloseable, LedgerServers {

  private static final String OPERATOR = "operator-0123456789-0123456789-0123456789";
  private static final String READER = "reader-0123456789-0123456789-0123456789";

  private final LedgerApi api;
  private volatile Supplier<LedgerSettings> settings;

  TestApi(Path directory, Supplier<LedgerSettings> settings) throws IOException {
    this.settings = settings;
    this.api =
        LedgerApi.start(
            new ApiSettings(
                "127.0.0.1",
                0,
                Optional.of(tokenFile(directory.resolve("operator"), OPERATOR)),
                Optional.of(tokenFile(directory.resolve("reader"), READER)),
                Optional.empty()),
            this);
  }

  static Path tokenFile(Path file, String token) throws IOException {
    Files.writeString(file, token);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  /** From now on. */
  void settings(Supplier<LedgerSettings> changed) {
    settings = changed;
  }

  Caller operator() {
    return new Caller(api.address(), Optional.of(OPERATOR));
  }

  Caller reader() {
    return new Caller(api.address(), Optional.of(READER));
  }

  Caller nobody() {
    return new Caller(api.address(), Optional.empty());
  }

  @Override
  public LedgerSettings settings() {
    return settings.get();
  }

  @Override
  public List<Stall> stalls(Verdict verdict) {
    return List.of();
  }

  @Override
  public void close() {
    api.close();
  }
}
