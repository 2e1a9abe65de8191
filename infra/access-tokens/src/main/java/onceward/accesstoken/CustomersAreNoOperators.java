package onceward.accesstoken;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.HttpRequest;
import io.micronaut.inject.ExecutableMethod;
import io.micronaut.management.endpoint.EndpointSensitivityProcessor;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.rules.SecurityRuleResult;
import io.micronaut.security.rules.SensitiveEndpointRule;
import jakarta.inject.Singleton;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * Refuses sensitive management endpoints to callers with an access token: everybody who signs up
 * gets such a token. Without this class, the framework answers such a call with an internal error.
 */
@Singleton
@Replaces(SensitiveEndpointRule.class)
final class CustomersAreNoOperators extends SensitiveEndpointRule {

  CustomersAreNoOperators(EndpointSensitivityProcessor endpoints) {
    super(endpoints);
  }

  @Override
  protected Publisher<SecurityRuleResult> checkSensitiveAuthenticated(
      HttpRequest<?> request, Authentication authentication, ExecutableMethod<?, ?> method) {
    return Mono.just(SecurityRuleResult.REJECTED);
  }
}
