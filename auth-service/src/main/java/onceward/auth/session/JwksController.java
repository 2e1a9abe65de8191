package onceward.auth.session;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import onceward.auth.session.SigningKeys.SigningKey;

/**
 * Publishes the public half of the signing key, for programs that verify access tokens (RFC 7517).
 */
@Controller("/.well-known/jwks.json")
@Secured(SecurityRule.IS_ANONYMOUS)
class JwksController {

  private final String keySet;

  JwksController(SigningKey signing) {
    var published =
        new ECKey.Builder(signing.key().toPublicJWK()).algorithm(JWSAlgorithm.ES256).build();
    this.keySet = new JWKSet(published).toString();
  }

  /** The same for everybody, and fetched again soon enough for a new key. */
  @Get(produces = MediaType.APPLICATION_JSON)
  HttpResponse<String> keys() {
    return HttpResponse.ok(keySet).header(HttpHeaders.CACHE_CONTROL, "public, max-age=60");
  }
}
