package onceward.gateway.routing;

import static io.micronaut.http.HttpMethod.DELETE;
import static io.micronaut.http.HttpMethod.GET;
import static io.micronaut.http.HttpMethod.PATCH;
import static io.micronaut.http.HttpMethod.POST;
import static onceward.gateway.routing.Access.ANYONE;
import static onceward.gateway.routing.Access.TOKEN;
import static onceward.gateway.routing.Target.AUTH_SERVICE;
import static onceward.gateway.routing.Target.GATEWAY;
import static onceward.gateway.routing.Target.USER_SERVICE;

import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import onceward.gateway.routing.Route.Cost;

/**
 * All paths that the public may call. A path that is not listed answers 404, even if a service has
 * it.
 *
 * <p>Immutable. The first line that matches path and method decides.
 */
@Singleton
public final class RouteTable {
  private static final List<Route> ROUTES =
      List.of(
          new Route(Set.of(POST), "/v1/accounts", ANYONE, AUTH_SERVICE, Cost.PASSWORD),
          new Route(Set.of(GET), "/v1/accounts/*", ANYONE, AUTH_SERVICE, Cost.WAIT),
          new Route(Set.of(POST), "/v1/sessions", ANYONE, AUTH_SERVICE, Cost.PASSWORD),
          new Route(Set.of(POST), "/v1/sessions/refresh", ANYONE, AUTH_SERVICE),
          new Route(Set.of(GET), "/.well-known/jwks.json", ANYONE, AUTH_SERVICE),
          new Route(Set.of(GET, DELETE), "/v1/sessions", TOKEN, AUTH_SERVICE),
          new Route(Set.of(DELETE), "/v1/sessions/*", TOKEN, AUTH_SERVICE),
          new Route(Set.of(GET), "/v1/me", TOKEN, GATEWAY),
          new Route(Set.of(GET, PATCH), "/v1/me/profile", TOKEN, USER_SERVICE),
          new Route(Set.of(GET), "/v1/users", TOKEN, USER_SERVICE));

  /** The route of a request; empty if its path or its method is not listed. */
  Optional<Route> find(HttpRequest<?> request) {
    return at(path(request)).stream()
        .filter(route -> route.methods().contains(request.getMethod()))
        .findFirst();
  }

  /** The methods that a path answers; none if the path is not listed. */
  Set<String> methodsAt(String path) {
    Set<String> methods = new TreeSet<>();
    at(path).forEach(route -> route.methods().forEach(method -> methods.add(method.name())));
    return methods;
  }

  /** Whether the request goes to a listed route that only answers callers with a valid token. */
  public boolean needsToken(HttpRequest<?> request) {
    return find(request).filter(route -> route.access() == TOKEN).isPresent();
  }

  /** Whether the request goes to a listed route that answers anyone. */
  public boolean isOpen(HttpRequest<?> request) {
    return find(request).filter(route -> route.access() == ANYONE).isPresent();
  }

  static String path(HttpRequest<?> request) {
    String path = request.getUri().getRawPath();
    return path == null ? "" : path;
  }

  private static List<Route> at(String path) {
    return ROUTES.stream().filter(route -> route.answersAt(path)).toList();
  }
}
