#pragma once

#include "agent/protocol/event.hpp"

namespace ibtest {

/// A consumer of the event stream: console, report, log folder. Pure: it never talks back to the run.
class EventSink {
 public:
  EventSink() = default;
  EventSink(const EventSink&) = delete;
  EventSink& operator=(const EventSink&) = delete;
  virtual ~EventSink() = default;
  virtual void consume(const Event& event) = 0;
};

}  // namespace ibtest
