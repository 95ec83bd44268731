// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Offer, Order, Report} from "../interfaces/AssayTypes.sol";

/// @title Fields of an Order as they lie in calldata, 32 bytes each
/// @dev The compiler's own reading of a struct in calldata checks each field's width at each reading, for some 3,000 gas
/// a job. Who reads whole words must bound them himself.
library OrderWords {
    uint256 internal constant CONSUMER = 0;
    uint256 internal constant OFFER_HASH = 2;
    uint256 internal constant MATCHER = 3;
    uint256 internal constant REGIONS = 5;
    uint256 internal constant GRADE = 6;
    uint256 internal constant AMOUNT = 8;
    uint256 internal constant PRICE_MAX = 9;
    uint256 internal constant FEE_BPS_MAX = 10;
    uint256 internal constant ATTEMPTS_MAX = 11;
    uint256 internal constant ORDER_DEADLINE = 12;
    uint256 internal constant ACCEPT_WINDOW_S = 13;
    uint256 internal constant RUN_WINDOW_S = 14;
    uint256 internal constant REPORT_WINDOW_S = 15;

    function word(Order calldata order, uint256 index) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := calldataload(add(order, shl(5, index)))
        }
    }
}

/// @title Fields of an Offer as they lie in calldata
library OfferWords {
    uint256 internal constant UNIT = 2;
    uint256 internal constant PRICE = 3;
    uint256 internal constant DURATION_MIN_S = 4;
    uint256 internal constant DURATION_MAX_S = 5;
    uint256 internal constant VOLUME_MAX = 6;
    uint256 internal constant CONCURRENT_MAX = 7;
    uint256 internal constant REGIONS = 8;
    uint256 internal constant GRADES = 9;
    uint256 internal constant EXPIRY = 11;

    function word(Offer calldata offer, uint256 index) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := calldataload(add(offer, shl(5, index)))
        }
    }
}

/// @title Fields of a Report as they lie in calldata
library ReportWords {
    uint256 internal constant OBSERVED_AT = 2;
    uint256 internal constant VALID_UNTIL = 3;
    uint256 internal constant COUNT = 4;

    function word(Report calldata report, uint256 index) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := calldataload(add(report, shl(5, index)))
        }
    }
}
