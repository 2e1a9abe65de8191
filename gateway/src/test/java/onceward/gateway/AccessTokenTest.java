package onceward.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class AccessTokenTest extends GatewayTest {
  @BeforeEach
  void answerUsually() {
    gateway.user.answers("/v1/me/profile", 200, "{\"name\":\"Ada\"}");
  }

  @Test
  void a_valid_token_opens_the_door() {
    assertThat(ask("Bearer " + Tokens.valid(gateway.key)).statusCode()).isEqualTo(200);
  }

  @Test
  void no_token_is_a_401() {
    assertRefused(gateway.send(gateway.to("/v1/me/profile")));
  }

  @Test
  void a_forged_user_id_is_no_token() {
    assertRefused(gateway.send(gateway.to("/v1/me/profile").header("X-User-Id", "someone")));
  }

  @Test
  void two_tokens_are_none_even_if_one_is_valid() {
    String valid = Tokens.valid(gateway.key);
    assertRefused(
        gateway.send(
            gateway.asUser("/v1/me/profile").header("Authorization", "Bearer " + valid + "x")));
  }

  @TestFactory
  Stream<DynamicTest> tokens_that_are_not_ours_are_refused() throws JOSEException {
    return new TreeMap<>(attacks())
        .entrySet().stream()
            .map(attack ->
                DynamicTest.dynamicTest(
                    attack.getKey(), () -> assertRefusedAlone(attack.getValue())));
  }

  private static Map<String, String> attacks() throws JOSEException {
    ECKey key = gateway.key;
    ECKey foreign = Tokens.key("k1");
    return Map.ofEntries(
        Map.entry("no token at all", ""),
        Map.entry("not a token", "abc"),
        Map.entry("three dots", "..."),
        Map.entry("alg none", new PlainJWT(Tokens.claims().build()).serialize()),
        Map.entry("HS256 with the public key", hs256WithPublicKey(key)),
        Map.entry("wrong key, same key id", Tokens.valid(foreign)),
        Map.entry("unknown key id", Tokens.valid(Tokens.key("other"))),
        Map.entry("no key id", signed(key, header().keyID(null))),
        Map.entry("key brought along", signed(foreign, header().jwk(foreign.toPublicJWK()))),
        Map.entry("own key with own jwk", signed(key, header().jwk(key.toPublicJWK()))),
        Map.entry("unknown critical header", signed(key, critical())),
        Map.entry("issuer of others", Tokens.with(key, c -> c.issuer("https://evil.test"))),
        Map.entry("end of our issuer", Tokens.with(key, c -> c.issuer("example.test"))),
        Map.entry("issuer with a slash", Tokens.with(key, c -> c.issuer(Tokens.ISSUER + "/"))),
        Map.entry("empty issuer", Tokens.with(key, c -> c.issuer(""))),
        Map.entry("no issuer", Tokens.with(key, c -> c.issuer(null))),
        Map.entry("audience of others", Tokens.with(key, c -> c.audience("elsewhere"))),
        Map.entry("no audience", Tokens.with(key, c -> c.audience((String) null))),
        Map.entry("expired", Tokens.with(key, c -> c.expirationTime(inSeconds(-60)))),
        Map.entry("never expires", Tokens.with(key, c -> c.expirationTime(null))),
        Map.entry("not valid yet", Tokens.with(key, c -> c.notBeforeTime(inSeconds(60)))),
        Map.entry("no subject", Tokens.with(key, c -> c.subject(null))),
        Map.entry("typ JWT", signed(key, header().type(JOSEObjectType.JWT))),
        Map.entry(
            "typ of a refresh token", signed(key, header().type(new JOSEObjectType("rt+jwt")))),
        Map.entry("no typ", signed(key, header().type(null))),
        Map.entry("changed payload", changedPayload(Tokens.valid(key))));
  }

  private static JWSHeader.Builder header() {
    return Tokens.header(gateway.key);
  }

  private static JWSHeader.Builder critical() {
    return header().criticalParams(Set.of("exp2")).customParam("exp2", 1);
  }

  private static String signed(ECKey key, JWSHeader.Builder header) {
    return Tokens.signed(key, header, Tokens.claims());
  }

  private static String hs256WithPublicKey(ECKey key) throws JOSEException {
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.HS256)
            .type(new JOSEObjectType("at+jwt"))
            .keyID(key.getKeyID())
            .build();
    SignedJWT jwt = new SignedJWT(header, Tokens.claims().build());
    jwt.sign(new MACSigner(key.toECPublicKey().getEncoded()));
    return jwt.serialize();
  }

  private static String changedPayload(String token) {
    String[] parts = token.split("\\.", -1);
    String other = Tokens.with(Tokens.key("k1"), c -> c.subject("someone else"));
    return String.join(".", parts[0], other.split("\\.", -1)[1], parts[2]);
  }

  private static Date inSeconds(int seconds) {
    return Date.from(Instant.now().plusSeconds(seconds));
  }

  private static HttpResponse<String> ask(String authorization) {
    return gateway.send(gateway.to("/v1/me/profile").header("Authorization", authorization));
  }

  private void assertRefusedAlone(String token) {
    forgetTheTestBefore();
    answerUsually();
    assertRefused(ask("Bearer " + token));
  }

  private static void assertRefused(HttpResponse<String> answer) {
    ProblemAssert.assertProblem(answer, "/problems/unauthenticated", 401, "/v1/me/profile");
    assertThat(answer.headers().allValues("WWW-Authenticate")).isEqualTo(List.of("Bearer"));
    assertThat(gateway.user.askedSoFar()).isZero();
  }
}
