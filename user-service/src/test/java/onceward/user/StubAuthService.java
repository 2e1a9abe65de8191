package onceward.user;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;
import onceward.accesstoken.AccessTokenVerifier;

/** Signs access tokens and publishes the key, as auth-service does; can be out of order. */
public final class StubAuthService implements AutoCloseable {

  private final ECKey key = newKey();
  private final HttpServer server = newServer();
  private volatile boolean answers = true;

  /** Starts to answer. */
  public StubAuthService() {
    server.createContext("/.well-known/jwks.json", this::answer);
    server.start();
  }

  /** The setting {@code auth-service.url}. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** From now on answers 503. */
  public void answersNothing() {
    answers = false;
  }

  /** From now on answers with the key. */
  public void answersKeys() {
    answers = true;
  }

  /** An access token of that issuer for that account. */
  public String token(String issuer, UUID accountId, Instant expiry) {
    var claims =
        new JWTClaimsSet.Builder()
            .issuer(issuer)
            .audience(AccessTokenVerifier.AUDIENCE)
            .subject(accountId.toString())
            .issueTime(Date.from(expiry.minusSeconds(300)))
            .expirationTime(Date.from(expiry))
            .build();
    var header =
        new JWSHeader.Builder(JWSAlgorithm.ES256)
            .type(AccessTokenVerifier.TYPE)
            .keyID(key.getKeyID())
            .build();
    var token = new SignedJWT(header, claims);
    try {
      token.sign(new ECDSASigner(key));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
    return token.serialize();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!answers) {
        exchange.sendResponseHeaders(503, -1);
        return;
      }
      var keys = new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, keys.length);
      exchange.getResponseBody().write(keys);
    }
  }

  private static ECKey newKey() {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID("test").generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static HttpServer newServer() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
