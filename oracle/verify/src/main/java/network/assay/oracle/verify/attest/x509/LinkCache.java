package network.assay.oracle.verify.attest.x509;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers which signatures were found good: this certificate or list, by that certificate's key.
 * Only what no time can change is kept; validity, usage and revocation are looked at every time.
 * Bad signatures are not remembered. May be shared by threads.
 */
public final class LinkCache {
  private final int linksMax;
  private final Map<Link, Boolean> links;

  private record Link(String signed, String signer) {}

  /**
   * A cache that forgets the link used longest ago.
   *
   * @param linksMax 0 remembers nothing
   */
  public LinkCache(int linksMax) {
    this.linksMax = linksMax;
    this.links = new LinkedHashMap<>(16, 0.75f, true);
  }

  /** A cache that remembers nothing. */
  public static LinkCache none() {
    return new LinkCache(0);
  }

  /** Whether {@code signer}'s key signed the certificate. */
  public boolean signed(Cert cert, Cert signer) {
    if (linksMax == 0) {
      return cert.signedBy(signer.key());
    }
    Link link = new Link(cert.sha256(), signer.sha256());
    return known(link) || remember(link, cert.signedBy(signer.key()));
  }

  /** Whether {@code signer}'s key signed the list. */
  public boolean signed(Crl crl, Cert signer) {
    if (linksMax == 0) {
      return crl.signedBy(signer.key());
    }
    Link link = new Link(crl.sha256(), signer.sha256());
    return known(link) || remember(link, crl.signedBy(signer.key()));
  }

  private synchronized boolean known(Link link) {
    return links.get(link) != null;
  }

  private synchronized boolean remember(Link link, boolean good) {
    if (good) {
      links.put(link, true);
      if (links.size() > linksMax) {
        links.remove(links.keySet().iterator().next());
      }
    }
    return good;
  }
}
