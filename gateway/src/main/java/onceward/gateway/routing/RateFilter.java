package onceward.gateway.routing;

import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.filter.ServerFilterPhase;
import onceward.gateway.connection.CallerAddress;

/** Limits the calls of one address, before a token is looked at. */
@ServerFilter({"/v1/**", "/.well-known/**"})
final class RateFilter implements Ordered {

  private final RateLimiter addresses;

  RateFilter(CallRates rates) {
    this.addresses = new RateLimiter(rates.perAddressPerSecondMax(), rates.perAddressBurstMax());
  }

  @Override
  public int getOrder() {
    return ServerFilterPhase.SECURITY.before();
  }

  @RequestFilter
  void count(HttpRequest<?> request) {
    addresses.count(CallerAddress.of(request.getRemoteAddress()).text());
  }
}
