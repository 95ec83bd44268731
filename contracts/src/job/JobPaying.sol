// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Order, Payment} from "../interfaces/AssayTypes.sol";
import {ITokenVault} from "../interfaces/ITokenVault.sol";
import {Lanes} from "../libraries/Lanes.sol";
import {JobBook} from "./JobBook.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @title How a consumer's money reaches escrow, by payment lane
abstract contract JobPaying is JobBook {
    /// @dev In lane EIP2612 the permit's signature comes before the Order's.
    uint256 private constant PERMIT_BYTES = 65;

    /// @dev The last but refunds and locks: nothing of the job is written after it. Two lanes bind no Order by
    /// themselves, and need the consumer's signature over it.
    function _collect(
        Order calldata order,
        bytes32 structHash,
        bytes32 orderHash,
        uint96 amount,
        Payment calldata payment
    ) internal {
        address consumer = order.consumer;
        uint8 lane = order.lane;
        if (lane == Lanes.PRIOR_BALANCE) {
            if (!_isConsumers(consumer, orderHash, payment.signature)) revert WrongConsumerSignature(consumer);
            ITokenVault(vault).takeCredit(consumer, amount);
            return;
        }
        if (lane > Lanes.DEPOSIT) revert UnsupportedLane(lane);
        if (lane == Lanes.EIP2612) {
            bytes calldata both = payment.signature;
            bytes calldata signature = both.length < PERMIT_BYTES ? both : both[PERMIT_BYTES:];
            if (!_isConsumers(consumer, orderHash, signature)) revert WrongConsumerSignature(consumer);
        }
        ITokenVault(vault).collect(lane, structHash, consumer, amount, payment);
    }

    /// @dev Whether the consumer himself calls, or signed the Order.
    function _isConsumers(address consumer, bytes32 orderHash, bytes calldata signature) internal view returns (bool) {
        return msg.sender == consumer || SignatureChecker.isValidSignatureNowCalldata(consumer, orderHash, signature);
    }

    function _tryTakeCredit(address consumer, uint96 amount) internal returns (bool) {
        try ITokenVault(vault).takeCredit(consumer, amount) {
            return true;
        } catch {
            return false;
        }
    }
}
