// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobState, Order} from "../interfaces/AssayTypes.sol";
import {IAssayCallback, ICallbackRouter, IReportedJobs} from "../interfaces/ICallbackRouter.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// @title CallbackRouter: documented on its interface, ICallbackRouter
contract CallbackRouter is ICallbackRouter, ReentrancyGuardTransient {
    uint32 private constant CALLBACK_GAS_MAX = 5_000_000;
    uint256 private constant REASON_BYTES_MAX = 256;
    /// @dev For a cold call (2,600), the record (22,100 at most), an event with its reason, and returning.
    uint256 private constant RESERVE_GAS = 40_000;

    address public immutable market;
    mapping(uint64 jobId => bool) public isDelivered;

    constructor(address market_) {
        if (market_ == address(0)) revert ZeroAddress();
        market = market_;
    }

    function deliver(Shown calldata shown) external nonReentrant returns (bool delivered) {
        Order calldata order = shown.order;
        if (order.callback == address(0)) revert NoCallback();
        if (order.callbackGas > CALLBACK_GAS_MAX) revert CallbackGasTooHigh(order.callbackGas, CALLBACK_GAS_MAX);
        if (order.callback.code.length == 0) revert CallbackIsNoContract(order.callback);
        (uint64 jobId, bytes32 orderHash) = _requireFinal(shown);
        if (isDelivered[jobId]) revert AlreadyDelivered(jobId);
        bytes memory message = abi.encodeCall(
            IAssayCallback.onAssayResult, (jobId, orderHash, shown.outcome, shown.ciphertextRoot, shown.plaintextRoot)
        );
        bytes memory reason;
        (delivered, reason) = _callExactly(order.callback, order.callbackGas, message);
        // Nothing can have come back here meanwhile (nonReentrant): so the record may follow the call, and a failed one
        // need not be taken back.
        if (delivered) {
            isDelivered[jobId] = true;
            emit ResultDelivered(jobId, orderHash, order.callback);
        } else {
            emit DeliveryFailed(jobId, orderHash, order.callback, reason);
        }
    }

    function _requireFinal(Shown calldata shown) private view returns (uint64 jobId, bytes32 orderHash) {
        orderHash = IReportedJobs(market).hashOrder(shown.order);
        jobId = IReportedJobs(market).jobIdOf(orderHash, shown.attempt);
        JobState state = IReportedJobs(market).job(jobId);
        if (state != JobState.FINAL) revert NotFinal(jobId, state);
        bool isRight = shown.card.terms == keccak256(abi.encode(orderHash, shown.offerHash))
            && IReportedJobs(market).isReportedAs(jobId, shown.card, shown.outcome);
        if (!isRight) revert WrongJob(jobId);
        bytes32 roots = shown.ciphertextRoot == 0 && shown.plaintextRoot == 0
            ? bytes32(0)
            : keccak256(abi.encode(shown.ciphertextRoot, shown.plaintextRoot));
        if (roots != shown.outcome.resultHash) revert WrongRoots(roots, shown.outcome.resultHash);
    }

    /// @dev EIP-150: a call gets at most 63/64 of what is left, silently. So that much is asked for before.
    function _callExactly(address callee, uint256 gasGiven, bytes memory message)
        private
        returns (bool done, bytes memory reason)
    {
        uint256 want = gasGiven + gasGiven / 63 + 1 + RESERVE_GAS;
        if (gasleft() < want) revert NotEnoughGas(gasleft(), want);
        uint256 max = REASON_BYTES_MAX;
        assembly ("memory-safe") {
            done := call(gasGiven, callee, 0, add(message, 32), mload(message), 0, 0)
            if iszero(done) {
                let size := returndatasize()
                if gt(size, max) { size := max }
                reason := mload(0x40)
                mstore(0x40, add(reason, and(add(size, 63), not(31))))
                mstore(reason, size)
                returndatacopy(add(reason, 32), 0, size)
            }
        }
    }
}
