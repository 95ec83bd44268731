// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAssayCallback, JobOutcome} from "../../../src/interfaces/ICallbackRouter.sol";

/// @title The mistakes: results are pushed while settling, with all the gas there is, and what comes back is copied
contract PushingSettlement {
    uint256 public settled;
    bytes public lastAnswer;

    function settle(IAssayCallback[] calldata callees) external {
        for (uint256 i = 0; i < callees.length; ++i) {
            callees[i].onAssayResult(uint64(i), 0, JobOutcome(1, 0, 0, 0), 0, 0);
            settled += 1;
        }
    }

    /// @dev "Protected" by not caring for success; Solidity still copies all that comes back.
    function settleCarefully(IAssayCallback[] calldata callees) external {
        for (uint256 i = 0; i < callees.length; ++i) {
            bytes memory message =
                abi.encodeCall(IAssayCallback.onAssayResult, (uint64(i), 0, JobOutcome(1, 0, 0, 0), 0, 0));
            // solhint-disable-next-line avoid-low-level-calls
            (, bytes memory answer) = address(callees[i]).call{gas: 500_000}(message);
            lastAnswer = answer.length > 32 ? bytes("") : answer;
            settled += 1;
        }
    }
}
