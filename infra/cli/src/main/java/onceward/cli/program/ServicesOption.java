package onceward.cli.program;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import onceward.cli.stack.HomeOption;
import onceward.localstack.Commands;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which services are asked: those of a stack, or those whose addresses are given. */
public final class ServicesOption {

  private static final List<String> OF_A_STACK = List.of("auth-service", "user-service");

  @Mixin private final HomeOption home = new HomeOption();

  @Option(
      names = "--url",
      paramLabel = "URL",
      converter = Reader.class,
      description = {
        "Asks the service at this address of its management port, such as",
        "http://127.0.0.1:9090; may be repeated.",
        "With --url, the services of the local stack are not asked."
      })
  private List<URI> urls = List.of();

  @Mixin private final TokenOption token = new TokenOption();

  /**
   * The services that are asked.
   *
   * @param actionLimit how long each may take for a post
   */
  public List<ProgramClient> clients(Duration actionLimit) {
    return urls.isEmpty()
        ? OF_A_STACK.stream().map(name -> ProgramClient.of(home.path(), name, actionLimit)).toList()
        : urls.stream().map(url -> ProgramClient.at(url, token, actionLimit)).toList();
  }

  /** A command that asks the same services, to be pasted into a shell. */
  public String command(String command) {
    return urls.isEmpty()
        ? Commands.of(home.path()).of(command)
        : urls.stream()
            .map(url -> " --url " + url.toString().replaceAll("/+$", ""))
            .collect(
                Collectors.joining(
                    "",
                    "infra/onceward " + command,
                    token.file().map(file -> " --token-file " + file).orElse("")));
  }

  /** Takes the address of a web server. */
  public static final class Reader implements ITypeConverter<URI> {

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
