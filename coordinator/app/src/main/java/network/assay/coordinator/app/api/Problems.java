package network.assay.coordinator.app.api;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.coordinator.app.flow.Chain.ChainUnavailable;
import network.assay.coordinator.app.flow.Refused;
import network.assay.coordinator.app.store.StoreProblem;
import network.assay.coordinator.match.Refusal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** Every refusal as RFC 9457 problem JSON, with a {@code reason} for programs. */
@RestControllerAdvice
public class Problems {
  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

  @ExceptionHandler
  ResponseEntity<Map<String, Object>> refused(Refused e) {
    Map<String, Object> problem = problem(e.status(), e.reason(), e.detail());
    if (!e.refusals().isEmpty()) {
      problem.put("refusals", e.refusals().stream().map(Problems::refusal).toList());
    }
    return answer(e.status(), problem);
  }

  private static Map<String, Object> refusal(Refusal refusal) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("filter", refusal.filter().name());
    out.put("got", refusal.got());
    out.put("want", refusal.want());
    out.put("count", refusal.count());
    out.put("alone", refusal.alone());
    return out;
  }

  @ExceptionHandler
  ResponseEntity<Map<String, Object>> malformed(ProtocolException e) {
    return answer(400, problem(400, e.reason(), String.valueOf(e.getMessage())));
  }

  @ExceptionHandler
  ResponseEntity<Map<String, Object>> chain(ChainUnavailable e) {
    return answer(503, problem(503, "CHAIN_UNAVAILABLE", String.valueOf(e.getMessage())));
  }

  @ExceptionHandler
  ResponseEntity<Map<String, Object>> store(StoreProblem e) {
    LOG.error("the database failed a request", e);
    return answer(503, problem(503, "DATABASE_UNAVAILABLE", "the database does not answer"));
  }

  @ExceptionHandler({NoResourceFoundException.class, NoHandlerFoundException.class})
  ResponseEntity<Map<String, Object>> unknown(Exception e) {
    return answer(404, problem(404, "NO_SUCH_PAGE", "there is nothing at this path"));
  }

  @ExceptionHandler
  ResponseEntity<Map<String, Object>> method(HttpRequestMethodNotSupportedException e) {
    return answer(405, problem(405, "WRONG_METHOD", String.valueOf(e.getMessage())));
  }

  /** The consumer went away, or sends a byte a minute. */
  @ExceptionHandler
  ResponseEntity<Map<String, Object>> brokeOff(IOException e) {
    return answer(400, problem(400, "BODY_BROKE_OFF", "the request's body ended early"));
  }

  @ExceptionHandler
  ResponseEntity<Map<String, Object>> other(Exception e) {
    LOG.error("a request failed", e);
    return answer(500, problem(500, "INTERNAL", "the coordinator failed; its log says why"));
  }

  private static Map<String, Object> problem(int status, String reason, String detail) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("type", "about:blank");
    out.put("title", reason.toLowerCase(Locale.ROOT).replace('_', ' '));
    out.put("status", status);
    out.put("reason", reason);
    out.put("detail", detail);
    return out;
  }

  private static ResponseEntity<Map<String, Object>> answer(
      int status, Map<String, Object> problem) {
    return ResponseEntity.status(HttpStatusCode.valueOf(status))
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(problem);
  }
}
