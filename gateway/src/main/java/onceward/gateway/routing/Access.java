package onceward.gateway.routing;

/** Which callers a route admits. */
enum Access {
  ANYONE,
  TOKEN
}
