package onceward.localstack;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.nio.file.Files;
import java.nio.file.Path;
import onceward.localstack.process.PrivateFiles;
import onceward.localstack.process.StackException;

/** The private key with which auth-service signs tokens: a JWK for ES256. */
final class SigningKey {

  private SigningKey() {}

  /** Creates the key unless it exists: tokens stay valid over a restart. */
  static void ensure(Path file) {
    if (!Files.exists(file)) {
      PrivateFiles.write(file, generate().toJSONString() + "\n");
    }
  }

  private static ECKey generate() {
    try {
      return new ECKeyGenerator(Curve.P_256)
          .keyUse(KeyUse.SIGNATURE)
          .algorithm(JWSAlgorithm.ES256)
          .keyIDFromThumbprint(true)
          .generate();
    } catch (JOSEException e) {
      throw new StackException("This JDK cannot generate an EC P-256 key: " + e.getMessage(), e);
    }
  }
}
