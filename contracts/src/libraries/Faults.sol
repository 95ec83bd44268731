// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IInsurancePool} from "../interfaces/IInsurancePool.sol";

/// @title Telling the insurance of a fault
library Faults {
    /// @dev Insurance may be a plain account, and whatever it is, it stops no slash and no refund.
    function note(address insurance, uint64 jobId, address consumer, uint96 contributed) internal {
        if (insurance.code.length == 0) return;
        try IInsurancePool(insurance).noteFault(jobId, consumer, contributed) {} catch {}
    }
}
