package onceward.cli.deadletter;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import onceward.cli.stack.HomeOption;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which services are asked: those of a stack, or those whose addresses are given. */
final class ServicesOption {

  @Mixin private final HomeOption home = new HomeOption();

  @Option(
      names = "--url",
      paramLabel = "URL",
      converter = Reader.class,
      description = {
        "Asks the service at this address, such as http://127.0.0.1:8090; may be repeated.",
        "With --url, the services of the local stack are not asked."
      })
  private List<URI> urls = List.of();

  Services services() {
    return urls.isEmpty() ? Services.of(home.path()) : Services.at(urls);
  }

  /** Takes the address of a web server. */
  static final class Reader implements ITypeConverter<URI> {

    @Override
    public URI convert(String text) {
      return parsed(text)
          .filter(url -> "http".equals(url.getScheme()) || "https".equals(url.getScheme()))
          .filter(url -> url.getHost() != null && url.getQuery() == null)
          .orElseThrow(() ->
              new TypeConversionException(
                  "\"" + text + "\" is not an address such as http://127.0.0.1:8090"));
    }

    private static Optional<URI> parsed(String text) {
      try {
        return Optional.of(URI.create(text));
      } catch (IllegalArgumentException malformed) {
        return Optional.empty();
      }
    }
  }
}
