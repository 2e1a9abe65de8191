package onceward.cli.program;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import onceward.cli.stack.HomeOption;
import onceward.localstack.Commands;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which relay is asked: that of the local stack, or the one whose address is given. */
public final class RelayOption {

  /** To add many messages, or to cancel a request that names many, takes a while. */
  private static final Duration ACTION_LIMIT = Duration.ofMinutes(1);

  /** A command about the relay, with its subcommand, which takes the options. */
  private static final Pattern COMMAND =
      Pattern.compile("infra/onceward (?:relay|republish) [a-z]++(?! --url)");

  /** One that also compares servers, which the relay cannot name. */
  private static final Pattern COMPARING =
      Pattern.compile("infra/onceward (?:republish (?:run|plan)|verify|trace)\\b(?! --config)");

  private static final Pattern CREATING = Pattern.compile("infra/onceward topic create\\b");

  @Mixin private final HomeOption home = new HomeOption();

  @Option(
      names = "--url",
      paramLabel = "URL",
      converter = ServicesOption.Reader.class,
      description =
          "Asks the relay at this address of its management port, such as http://127.0.0.1:9083, instead of that of the local stack.")
  private @Nullable URI url;

  @Mixin private final TokenOption token = new TokenOption();

  /** The relay, to be asked over HTTP. */
  public ProgramClient client() {
    return url == null
        ? ProgramClient.of(home.path(), "outbox-relay", ACTION_LIMIT)
        : ProgramClient.at(url, token, ACTION_LIMIT);
  }

  /** Whether another relay is asked than that of the local stack. */
  public boolean isElsewhere() {
    return url != null;
  }

  /** The home of the local stack. */
  public Path home() {
    return home.path();
  }

  /**
   * A text, such as the relay's remedy, with each command in it completed. For a relay elsewhere,
   * the user fills in what only he knows: FILE, which names the servers to compare, and BROKERS.
   */
  public String complete(String text) {
    if (url == null) {
      return Commands.of(home.path()).complete(text);
    }
    var relay = with(COMMAND, text, elsewhere(url));
    var compared = with(COMPARING, relay, " --config FILE");
    return with(CREATING, compared, " --bootstrap-servers BROKERS");
  }

  private static String with(Pattern command, String text, String options) {
    return command
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(found.group() + options));
  }

  /** A command that asks the same relay, to be pasted into a shell. */
  public String command(String command) {
    return url == null
        ? Commands.of(home.path()).of(command)
        : "infra/onceward " + command + elsewhere(url);
  }

  private String elsewhere(URI relay) {
    return " --url %s%s"
        .formatted(
            relay.toString().replaceAll("/+$", ""),
            token.file().map(file -> " --token-file " + file).orElse(""));
  }
}
