package onceward.management;

import io.micronaut.context.env.Environment;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says at the start where the management port is, and who may use it. */
@Singleton
final class StartReport implements ApplicationEventListener<ServerStartupEvent> {

  private static final Logger log = LoggerFactory.getLogger(StartReport.class);

  private final Environment environment;
  private final ManagementPort port;
  private final Tokens tokens;

  StartReport(Environment environment, ManagementPort port, Tokens tokens) {
    this.environment = environment;
    this.port = port;
    this.tokens = tokens;
  }

  @Override
  public void onApplicationEvent(ServerStartupEvent event) {
    port.number()
        .ifPresent(number -> {
          var host = ManagementSettings.of(environment, 0).host();
          var roles = tokens.roles().stream().map(Role::text).collect(Collectors.joining(", "));
          if (roles.isEmpty()) {
            log.warn(
                "The management port is {}:{}; it refuses everything but health, because neither {} nor {} is set",
                host,
                number,
                Role.OPERATOR.property(),
                Role.READER.property());
          } else {
            log.info("The management port is {}:{}; roles with a token: {}", host, number, roles);
          }
          warnOfOtherMachines(host);
        });
  }

  private static void warnOfOtherMachines(String host) {
    try {
      if (!InetAddress.getByName(host).isLoopbackAddress()) {
        log.warn(
            "The management port can be reached from other machines ({}={}), and tokens are not encrypted on their way: let only a proxy with TLS or a private network reach it",
            ManagementSettings.HOST,
            host);
      }
    } catch (UnknownHostException goneMeanwhile) {
      log.warn("{} is {}, which does not resolve any more", ManagementSettings.HOST, host);
    }
  }
}
