package io.kringle.node.http;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.Query;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kringle.node.KringleStore;
import io.kringle.node.StoreEntry;
import io.kringle.node.StorePage;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** {@code /v1/kv}: all records, page by page. */
final class ScanResource {
  private static final int USUAL_LIMIT = 100;

  private final KringleStore store;

  ScanResource(KringleStore store) {
    this.store = store;
  }

  CompletionStage<HttpResponse> handle(HttpRequest request) {
    Query query = request.getUri().query();
    return store
        .scan(query.get("after"), query.get("prefix").orElse(""), limit(query))
        .thenApply(page -> Json.response(200, json(page)));
  }

  private static int limit(Query query) {
    Optional<String> limit = query.get("limit");
    try {
      return limit.map(Integer::parseInt).orElse(USUAL_LIMIT);
    } catch (NumberFormatException noNumber) {
      throw new Problem.Refusal(400, "limit is a number, not '" + limit.orElse("") + "'");
    }
  }

  private static ObjectNode json(StorePage page) {
    ObjectNode json = Json.object();
    ArrayNode records = json.putArray("records");
    page.entries().forEach(entry -> records.add(json(entry)));
    page.next().ifPresent(next -> json.put("next", next));
    return json;
  }

  private static ObjectNode json(StoreEntry entry) {
    ObjectNode json = Json.object().put("key", entry.key()).put("version", entry.version());
    return Json.putValue(json, entry.value().orElseThrow());
  }
}
