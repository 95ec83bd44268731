package network.assay.contracts.service;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.function.Predicate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import network.assay.contracts.protocol.Bytes32;

/**
 * Trusts keys, not certificates: the peer's one certificate must carry a public key whose pin is
 * known, and TLS itself proves that the peer has the key. Names, issuers and dates are ignored on
 * purpose: a wrong clock must not split a committee, and who is no longer trusted is taken off the
 * chain. No certificate authority can add anybody.
 */
final class PinnedTrust extends X509ExtendedTrustManager {
  private final Predicate<Bytes32> isTrusted;

  /**
   * @param isTrusted asked at every handshake, so that a committee's rotation needs no restart
   */
  PinnedTrust(Predicate<Bytes32> isTrusted) {
    this.isTrusted = isTrusted;
  }

  private void check(X509Certificate[] chain) throws CertificateException {
    if (chain == null || chain.length != 1) {
      throw new CertificateException(
          "want one self-signed certificate, got a chain of " + (chain == null ? 0 : chain.length));
    }
    Bytes32 pin = NodeCertificate.pinOf(chain[0].getPublicKey());
    if (!isTrusted.test(pin)) {
      throw new CertificateException("the key with pin " + pin + " is not one of the pinned keys");
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
