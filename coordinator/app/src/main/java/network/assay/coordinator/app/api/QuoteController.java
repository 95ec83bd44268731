package network.assay.coordinator.app.api;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.Offer;
import network.assay.coordinator.app.flow.Quotes;
import network.assay.coordinator.app.flow.Quotes.Quoted;
import network.assay.coordinator.app.flow.Refused;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /v1/quotes}. */
@RestController
public class QuoteController {
  private static final int BODY_BYTES_MAX = 64 * 1024;

  private final Quotes quotes;

  public QuoteController(Quotes quotes) {
    this.quotes = quotes;
  }

  @PostMapping("/v1/quotes")
  Map<String, Object> quote(HttpServletRequest request) throws IOException {
    RequestJson body =
        RequestJson.read(request, BODY_BYTES_MAX)
            .allow("spec", "grade", "deviceClass", "hardware", "regions", "priceMax");
    Quoted quote =
        quotes.quote(
            new Quotes.Ask(
                body.text("spec").getBytes(StandardCharsets.UTF_8),
                grade(body.text("grade")),
                body.optionalText("deviceClass").map(Bytes32::fromHex).orElse(Bytes32.ZERO),
                HardwareJson.ask(body),
                body.optionalNumber("regions")
                    .map(text -> number("regions", text, 32).longValue())
                    .orElse(0L),
                number(
                    "priceMax",
                    body.optionalNumber("priceMax")
                        .orElseThrow(() ->
                            Refused.malformed(
                                "MISSING_FIELD", "want priceMax in token base units")),
                    96)),
            request.getRemoteAddr());
    return json(quote);
  }

  private static Map<String, Object> json(Quoted quote) {
    Offer offer = quote.offer().offer();
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("order", quote.order().toText());
    out.put("specHash", quote.order().specHash().hex());
    out.put("price", offer.price().toString());
    out.put("device", offer.device().hex());
    out.put("deviceClass", offer.deviceClass().hex());
    out.put("offerHash", quote.offer().offerHash().hex());
    out.put("chainTimeS", quote.nowS());
    out.put("validUntilS", quote.terms().validUntil());
    out.put("quote", quote.digest().hex());
    out.put("quoteTerms", quote.terms().toText());
    out.put("quoteSignature", quote.signature().hex());
    return out;
  }

  /** A grade by name or code. */
  static Grade grade(String text) {
    try {
      return text.chars().allMatch(Character::isDigit)
          ? Grade.of(Integer.parseInt(text))
          : Grade.valueOf(text.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw Refused.malformed(
          "UNKNOWN_GRADE", "want a grade of " + java.util.List.of(Grade.values()));
    }
  }

  static BigInteger number(String name, String text, int bits) {
    if (text.isEmpty() || text.length() > 40 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw Refused.malformed("MALFORMED_NUMBER", "want " + name + " in decimal digits");
    }
    BigInteger value = new BigInteger(text);
    if (value.bitLength() > bits) {
      throw Refused.malformed("OUT_OF_RANGE", "want " + name + " in " + bits + " bits");
    }
    return value;
  }
}
