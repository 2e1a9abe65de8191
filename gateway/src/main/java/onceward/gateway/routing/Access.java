package onceward.gateway.routing;

/** What a route asks of its caller. */
enum Access {
  ANYONE,
  TOKEN
}
