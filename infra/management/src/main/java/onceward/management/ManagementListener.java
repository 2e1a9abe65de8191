package onceward.management;

import io.micronaut.context.env.Environment;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.server.HttpServerConfiguration;
import io.micronaut.http.server.netty.configuration.NettyHttpServerConfiguration;
import io.micronaut.http.server.netty.configuration.NettyHttpServerConfiguration.NettyListenerConfiguration;
import io.micronaut.http.ssl.ServerSslConfiguration;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Has the server listen on the management port as well. It is the last of the server's listeners,
 * behind those for users, which stay as they are configured. A program that only operators use has
 * no others.
 */
@Singleton
final class ManagementListener implements BeanCreatedEventListener<NettyHttpServerConfiguration> {

  private static final String NAME = "management";
  private static final int ANY_PORT = -1;

  private final Environment environment;
  private final Optional<ServerSslConfiguration> ssl;

  /**
   * @param tokens not used here: a token that cannot be used ends the start
   */
  ManagementListener(Environment environment, Optional<ServerSslConfiguration> ssl, Tokens tokens) {
    this.environment = environment;
    this.ssl = ssl;
  }

  @Override
  public NettyHttpServerConfiguration onCreated(
      BeanCreatedEvent<NettyHttpServerConfiguration> event) {
    var server = event.getBean();
    if (ManagementSettings.isAlone(environment)) {
      server.setListeners(List.of(forOperators(ANY_PORT)));
      return server;
    }
    var listeners = new ArrayList<>(forUsers(server));
    listeners.add(forOperators(listeners.getFirst().getPort()));
    server.setListeners(listeners);
    return server;
  }

  private NettyListenerConfiguration forOperators(int publicPort) {
    var settings = ManagementSettings.of(environment, publicPort);
    return listener(NAME, settings.host(), settings.port(), false);
  }

  /** As the server makes them of its other settings while no listener is added. */
  private List<NettyListenerConfiguration> forUsers(NettyHttpServerConfiguration server) {
    var explicit = server.getListeners();
    if (explicit != null && !explicit.isEmpty()) {
      return explicit;
    }
    var host = server.getHost().orElse(null);
    var port = server.getPort().orElseGet(this::portByDefault);
    var secure = ssl.filter(ServerSslConfiguration::isEnabled);
    if (secure.isEmpty()) {
      return List.of(listener("http", host, port, false));
    }
    var https = listener("https", host, secure.get().getPort(), true);
    return server.isDualProtocol()
        ? List.of(https, listener("http", host, port, false))
        : List.of(https);
  }

  private int portByDefault() {
    return environment.getActiveNames().contains(Environment.TEST)
        ? ANY_PORT
        : HttpServerConfiguration.DEFAULT_PORT;
  }

  private static NettyListenerConfiguration listener(
      String name, @Nullable String host, int port, boolean secure) {
    var listener = new NettyListenerConfiguration(name);
    if (host != null) {
      listener.setHost(host);
    }
    listener.setPort(port);
    listener.setSsl(secure);
    return listener;
  }
}
