package onceward.gateway.routing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.micronaut.context.annotation.Factory;
import io.micronaut.http.client.HttpClient;
import io.micronaut.http.client.annotation.Client;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Duration;
import onceward.gateway.connection.CallerAddress;
import reactor.core.publisher.Mono;

/**
 * The services behind the gateway. Calls that wait for long, and those that make the service hash a
 * password, have pools of their own.
 */
@Factory
final class Upstreams {

  private final UpstreamLimits limits;

  Upstreams(UpstreamLimits limits) {
    this.limits = limits;
  }

  @Singleton
  @Named("auth-service")
  Upstream authService(@Client("auth-service") HttpClient client) {
    return new Upstream("auth-service", client, limits.callsMax(), limits.answerTimeMax());
  }

  @Singleton
  @Named("user-service")
  Upstream userService(@Client("user-service") HttpClient client) {
    return new Upstream("user-service", client, limits.callsMax(), limits.answerTimeMax());
  }

  @Singleton
  @Named("auth-service-waits")
  Upstream waits(@Client("auth-service-waits") HttpClient client) {
    return new Upstream("auth-service-waits", client, limits.waitsMax(), limits.waitTimeMax());
  }

  @Singleton
  @Named("auth-service-passwords")
  Upstream passwords(@Client("auth-service-passwords") HttpClient client) {
    return new Upstream(
        "auth-service-passwords", client, limits.passwordsMax(), limits.answerTimeMax());
  }

  @Singleton
  @Named("auth-service-waits")
  CallsOfAddresses waitsOfAddresses() {
    return new CallsOfAddresses(limits.waitsPerAddressMax(), limits.waitTimeMax());
  }

  @Singleton
  @Named("auth-service-passwords")
  CallsOfAddresses passwordsOfAddresses() {
    return new CallsOfAddresses(limits.passwordsPerAddressMax(), limits.answerTimeMax());
  }

  /**
   * The share of one address in the calls of one kind: it leaves room for those of others.
   * Thread-safe; remembers a bounded number of addresses.
   */
  static final class CallsOfAddresses {

    private static final int ADDRESSES_MAX = 10_000;

    private final Cache<CallerAddress, Bulkhead> bulkheads;
    private final int callsMax;

    private CallsOfAddresses(int callsMax, Duration timeMax) {
      this.callsMax = callsMax;
      this.bulkheads =
          Caffeine.newBuilder()
              .maximumSize(ADDRESSES_MAX)
              .expireAfterAccess(timeMax.multipliedBy(2))
              .build();
    }

    <T> Mono<T> within(CallerAddress address, Mono<T> call) {
      var bulkhead = bulkheads.get(address, _ -> Upstream.bulkhead(address.text(), callsMax));
      return Upstream.within(bulkhead, call);
    }
  }
}
