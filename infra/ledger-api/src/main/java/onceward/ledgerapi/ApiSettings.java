package onceward.ledgerapi;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where the API is, and who may use it. Immutable.
 *
 * @param host the address to which the port is bound
 * @param port 0 for any free one
 * @param operatorToken the file with the token that may do everything
 * @param readerToken the file with the token that may look
 * @param allowedHosts names by which the port may be called, besides those of the machine itself;
 *     separated by commas
 */
public record ApiSettings(
    String host,
    int port,
    Optional<Path> operatorToken,
    Optional<Path> readerToken,
    Optional<String> allowedHosts) {

  Map<String, Object> properties() {
    var properties = new HashMap<String, Object>();
    properties.put("management.host", host);
    properties.put("management.port", port);
    operatorToken.ifPresent(
        file -> properties.put("management.operator-token-file", file.toString()));
    readerToken.ifPresent(file -> properties.put("management.reader-token-file", file.toString()));
    allowedHosts.ifPresent(names -> properties.put("management.allowed-hosts", names));
    return properties;
  }
}
