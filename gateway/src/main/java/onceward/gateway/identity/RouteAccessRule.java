package onceward.gateway.identity;

import io.micronaut.http.HttpRequest;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.rules.SecurityRule;
import io.micronaut.security.rules.SecurityRuleResult;
import jakarta.inject.Singleton;
import onceward.gateway.routing.RouteTable;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Admits a caller by the route table; makes no decision about paths outside the table. */
@Singleton
final class RouteAccessRule implements SecurityRule<HttpRequest<?>> {
  private final RouteTable table;

  RouteAccessRule(RouteTable table) {
    this.table = table;
  }

  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }

  @Override
  public Publisher<SecurityRuleResult> check(
      @Nullable HttpRequest<?> request, @Nullable Authentication authentication) {
    return Mono.just(
        request == null ? SecurityRuleResult.REJECTED : decide(request, authentication));
  }

  private SecurityRuleResult decide(
      HttpRequest<?> request, @Nullable Authentication authentication) {
    if (table.isOpen(request)) {
      return SecurityRuleResult.ALLOWED;
    }
    if (table.needsToken(request)) {
      return authentication == null ? SecurityRuleResult.REJECTED : SecurityRuleResult.ALLOWED;
    }
    return SecurityRuleResult.UNKNOWN;
  }
}
