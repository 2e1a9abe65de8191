package onceward.management;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.core.value.PropertyResolver;
import io.micronaut.http.HttpRequest;
import io.micronaut.inject.BeanDefinition;
import io.micronaut.inject.ExecutableMethod;
import io.micronaut.management.endpoint.EndpointConfiguration;
import io.micronaut.management.endpoint.EndpointDefaultConfiguration;
import io.micronaut.management.endpoint.EndpointSensitivityProcessor;
import io.micronaut.management.endpoint.health.HealthEndpoint;
import io.micronaut.web.router.MethodBasedRouteMatch;
import io.micronaut.web.router.RouteAttributes;
import io.micronaut.web.router.RouteMatch;
import io.micronaut.web.router.Router;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * The management endpoints of this program. The framework's own protection, {@code sensitive}, is
 * switched off: it knows no roles, and would refuse what the door admits.
 */
@Singleton
@Replaces(EndpointSensitivityProcessor.class)
final class Endpoints extends EndpointSensitivityProcessor {

  Endpoints(
      List<EndpointConfiguration> endpoints,
      EndpointDefaultConfiguration byDefault,
      PropertyResolver properties) {
    super(endpoints, byDefault, properties);
  }

  /** What a request leads to. */
  enum Target {
    HEALTH,
    ENDPOINT,
    /** Something of the program's users, or nothing. */
    OTHER
  }

  @Override
  public void process(BeanDefinition<?> bean, ExecutableMethod<?, ?> method) {
    getEndpointMethods().put(method, false);
  }

  /** What a request leads to, by the route that answers it, or by those of its path. */
  Target target(HttpRequest<?> request, Router router) {
    return RouteAttributes.getRouteMatch(request)
        .map(this::target)
        .orElseGet(() -> targetOfPath(request, router));
  }

  /** No route answers this method: the path has to tell where the request was meant to go. */
  private Target targetOfPath(HttpRequest<?> request, Router router) {
    var targets = router.findAny(request).stream().map(this::target).distinct().toList();
    return targets.size() == 1 ? targets.getFirst() : Target.OTHER;
  }

  private Target target(RouteMatch<?> route) {
    if (!(route instanceof MethodBasedRouteMatch<?, ?> match)
        || !getEndpointMethods().containsKey(match.getExecutableMethod())) {
      return Target.OTHER;
    }
    return HealthEndpoint.class.isAssignableFrom(match.getDeclaringType())
        ? Target.HEALTH
        : Target.ENDPOINT;
  }
}
