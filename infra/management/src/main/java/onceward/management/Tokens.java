package onceward.management;

import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.util.StringUtils;
import io.micronaut.core.value.PropertyResolver;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens of the roles. Their files are read again every second, so that a token is replaced
 * without a restart. While a file is not usable, nobody has its role: to delete a file revokes its
 * token.
 *
 * <p>Thread-safe; {@link #roleOf} reads no file.
 */
@Singleton
final class Tokens {

  private static final Logger log = LoggerFactory.getLogger(Tokens.class);

  private final List<TokenFile> files;
  private volatile Map<Role, Token> usable;
  private String lastFault = "";

  /**
   * @throws ConfigurationException if a file is not usable
   */
  @Inject
  Tokens(PropertyResolver properties) {
    this(files(properties));
  }

  Tokens(List<TokenFile> files) {
    this.files = files;
    try {
      this.usable = read(files);
    } catch (UnusableTokenException unusable) {
      throw new ConfigurationException(String.valueOf(unusable.getMessage()));
    }
  }

  /** The files that the properties name. */
  static List<TokenFile> files(PropertyResolver properties) {
    return Arrays.stream(Role.values())
        .flatMap(role ->
            properties.getProperty(role.property(), String.class).stream()
                .filter(StringUtils::isNotEmpty)
                .map(path -> new TokenFile(role, Path.of(path))))
        .toList();
  }

  /** What keeps the tokens from being used, in one line; empty if nothing does. */
  static Optional<String> fault(PropertyResolver properties) {
    try {
      read(files(properties));
      return Optional.empty();
    } catch (UnusableTokenException unusable) {
      return Optional.of(String.valueOf(unusable.getMessage()));
    }
  }

  private static Map<Role, Token> read(List<TokenFile> files) {
    var tokens = new EnumMap<Role, Token>(Role.class);
    files.forEach(file -> tokens.put(file.role(), file.read()));
    requireDifferent(tokens);
    return tokens;
  }

  /** The same token for both would make every reader an operator. */
  private static void requireDifferent(Map<Role, Token> tokens) {
    var reader = tokens.get(Role.READER);
    var operator = tokens.get(Role.OPERATOR);
    if (reader != null && operator != null && reader.is(operator)) {
      throw new UnusableTokenException(
          "%s and %s hold the same token: give each role a token of its own"
              .formatted(Role.READER.property(), Role.OPERATOR.property()));
    }
  }

  /** The role of whoever has this token; empty if it is nobody's. */
  Optional<Role> roleOf(String presented) {
    if (presented.length() > Token.LENGTH_MAX) {
      return Optional.empty();
    }
    var token = Token.of(presented);
    return usable.entrySet().stream()
        .filter(known -> known.getValue().is(token))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** The roles that have a token now. */
  List<Role> roles() {
    return List.copyOf(usable.keySet());
  }

  /**
   * Reads the files again. A file that cannot be used takes its role away, and no other one. Does
   * not throw: whoever calls this every second would not call again.
   */
  void refresh() {
    try {
      readAgain();
    } catch (RuntimeException unforeseen) {
      usable = Map.of();
      log.error("The tokens cannot be read; the management port refuses every call", unforeseen);
    }
  }

  private void readAgain() {
    var before = usable;
    var now = new EnumMap<Role, Token>(Role.class);
    var faults = new ArrayList<String>();
    for (var file : files) {
      try {
        now.put(file.role(), file.read());
      } catch (UnusableTokenException unusable) {
        faults.add(String.valueOf(unusable.getMessage()));
      }
    }
    try {
      requireDifferent(now);
    } catch (UnusableTokenException same) {
      faults.add(String.valueOf(same.getMessage()));
      now.clear();
    }
    usable = now;
    report(before, now, String.join("; ", faults));
  }

  private void report(Map<Role, Token> before, Map<Role, Token> now, String fault) {
    now.forEach((role, token) -> {
      var old = before.get(role);
      if (old == null || !old.is(token)) {
        log.info("The {} token of its file holds from now on, and no other one", role.text());
      }
    });
    if (!fault.isEmpty() && !fault.equals(lastFault)) {
      log.error(
          "The management port accepts the tokens of these roles: {}. Correct this: {}",
          now.keySet(),
          fault);
    }
    lastFault = fault;
  }
}
