// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobState, Offer, Order, Payment} from "../interfaces/AssayTypes.sol";
import {IDeviceRegistry} from "../interfaces/IDeviceRegistry.sol";
import {ITokenVault} from "../interfaces/ITokenVault.sol";
import {AssayHash} from "../libraries/AssayHash.sol";
import {JobBook} from "./JobBook.sol";
import {JobSlots} from "./JobSlots.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @title From paid to assigned: fund, join, open, cancel, and what a device or the governor withdraws
abstract contract JobOpening is JobBook {
    using JobSlots for JobSlots.Job;
    using JobSlots for JobSlots.Slots;

    modifier onlyGovernor() {
        if (msg.sender != governor) revert NotGovernor(msg.sender, governor);
        _;
    }

    function fund(Order calldata order, Payment calldata payment) external returns (uint64 jobId) {
        (jobId,) = _fund(order, payment);
    }

    function join(Order calldata order, uint8 attempt, Offer calldata offer, bytes calldata offerSignature) external {
        _join(order, hashOrder(order), attempt, offer, offerSignature);
    }

    function open(Order calldata order, Payment calldata payment, Offer calldata offer, bytes calldata offerSignature)
        external
        returns (uint64 jobId)
    {
        bytes32 orderHash;
        (jobId, orderHash) = _fund(order, payment);
        _join(order, orderHash, 1, offer, offerSignature);
    }

    function cancel(uint64 jobId) external {
        JobSlots.Job memory found = _jobs[jobId].load();
        if (found.state != JobState.FUNDED && found.state != JobState.ASSIGNED) revert WrongState(jobId, found.state);
        if (msg.sender != found.consumer) revert NotConsumer(msg.sender, found.consumer);
        _requireInTime(found.deadline);
        if (found.state == JobState.ASSIGNED) _release(found.deviceIndex);
        found.state = JobState.CANCELLED;
        _jobs[jobId].save(found);
        emit JobCancelled(jobId);
        _refund(jobId, found.consumer, found.amount);
    }

    function raiseNonceFloor(address device, uint64 floor) external {
        (address provider, uint40 index,,) = IDeviceRegistry(devices).deviceOf(device);
        if (index == 0 || (msg.sender != provider && msg.sender != device)) revert NotDeviceOwner(msg.sender);
        DeviceSlot storage slot = _devices[index];
        if (floor <= slot.nonceFloor) revert FloorNotRaised(floor, slot.nonceFloor);
        slot.nonceFloor = floor;
        emit NonceFloorRaised(device, floor);
    }

    function pauseNewJobs() external onlyGovernor {
        newJobsPaused = true;
        emit NewJobsPaused();
    }

    function resumeNewJobs() external onlyGovernor {
        newJobsPaused = false;
        emit NewJobsResumed();
    }

    function _fund(Order calldata order, Payment calldata payment) private returns (uint64 jobId, bytes32 orderHash) {
        if (newJobsPaused) revert NewJobsArePaused();
        _requireFundable(order);
        bytes32 structHash = AssayHash.hash(order);
        orderHash = _hashTypedDataV4(structHash);
        jobId = AssayHash.jobId(orderHash, 1);
        bool retryable = order.offerHash == 0 && order.attemptsMax > 1;
        _openAttempt(jobId, orderHash, order.consumer, order.amount, 1, order.orderDeadline, retryable);
        if (order.lane == LANE_EIP3009) {
            ITokenVault(vault).collect(structHash, order.consumer, order.amount, payment);
        } else {
            if (!SignatureChecker.isValidSignatureNowCalldata(order.consumer, orderHash, payment.signature)) {
                revert WrongConsumerSignature(order.consumer);
            }
            ITokenVault(vault).takeCredit(order.consumer, order.amount);
        }
    }

    /// @dev A slot in use is the record that this Order, over whatever lane, was consumed.
    function _openAttempt(
        uint64 jobId,
        bytes32 orderHash,
        address consumer,
        uint96 amount,
        uint8 attempt,
        uint40 deadline,
        bool retryable
    ) internal {
        JobSlots.Slots storage slots = _jobs[jobId];
        if (slots.head != 0) revert OrderConsumed(jobId);
        slots.save(
            JobSlots.Job({
                amount: amount,
                deadline: deadline,
                deviceIndex: 0,
                epoch: 0,
                state: JobState.FUNDED,
                flags: retryable ? JobSlots.RETRYABLE : 0,
                binding: JobSlots.bindingOf(orderHash, 0),
                consumer: consumer
            })
        );
        emit JobFunded(jobId, orderHash, consumer, amount, attempt, deadline);
    }

    function _join(
        Order calldata order,
        bytes32 orderHash,
        uint8 attempt,
        Offer calldata offer,
        bytes calldata offerSignature
    ) private {
        (uint64 jobId, JobSlots.Job memory found) = _loadBound(orderHash, attempt, 0);
        _requireState(jobId, found, JobState.FUNDED);
        _requireInTime(found.deadline);
        bytes32 offerHash = hashOffer(offer);
        _requireMayJoin(order, offerHash);
        _requireFits(order, offer, found.amount);
        address signer = ECDSA.recoverCalldata(offerHash, offerSignature);
        if (signer != offer.device) revert WrongSigner(signer, offer.device);
        _reserve(found, offer, offerHash);

        uint96 rest = found.amount - offer.price;
        found.amount = offer.price;
        found.state = JobState.ASSIGNED;
        found.deadline = _after(order.acceptWindowS);
        found.binding = JobSlots.bindingOf(orderHash, offerHash);
        _jobs[jobId].save(found);
        emit JobAssigned(
            jobId, offerHash, offer.device, _devices[found.deviceIndex].provider, offer.price, found.deadline
        );
        if (rest > 0) _refund(jobId, found.consumer, rest);
    }

    /// @dev Takes a place on the device and volume of the offer; sets found.deviceIndex.
    function _reserve(JobSlots.Job memory found, Offer calldata offer, bytes32 offerHash) private {
        (address provider, uint40 index, bool active, bytes32 deviceClass) =
            IDeviceRegistry(devices).deviceOf(offer.device);
        if (!active) revert DeviceNotActive(offer.device);
        if (deviceClass != offer.deviceClass) revert WrongDeviceClass(offer.deviceClass, deviceClass);
        DeviceSlot memory slot = _devices[index];
        if (offer.nonce < slot.nonceFloor) revert OfferWithdrawn(offer.nonce, slot.nonceFloor);
        if (slot.active >= offer.concurrentMax) revert DeviceBusy(uint256(slot.active) + 1, offer.concurrentMax);
        uint256 volume = uint256(volumeUsed[offerHash]) + offer.price;
        if (volume > offer.volumeMax) revert OfferVolumeExceeded(volume, offer.volumeMax);
        slot.provider = provider;
        slot.active += 1;
        _devices[index] = slot;
        volumeUsed[offerHash] = uint96(volume);
        found.deviceIndex = index;
    }

    function _requireFundable(Order calldata order) private view {
        if (order.lane != LANE_PRIOR_BALANCE && order.lane != LANE_EIP3009) revert UnsupportedLane(order.lane);
        if (order.callback != address(0)) revert UnsupportedCallback(order.callback);
        if (order.grade < GRADE_MIN || order.grade > GRADE_MAX) revert UnknownGrade(order.grade);
        if (order.amount == 0) revert ZeroAmount();
        if (order.consumer == address(0)) revert ZeroAddress();
        if (order.offerHash == 0 && order.matcher == address(0)) revert NobodyMayJoin();
        if (order.attemptsMax == 0 || order.attemptsMax > ATTEMPTS_MAX_MAX) {
            revert WrongAttempts(order.attemptsMax, ATTEMPTS_MAX_MAX);
        }
        if (FEE_BPS > order.feeBpsMax) revert FeeAboveBound(FEE_BPS, order.feeBpsMax);
        _requireInTime(order.orderDeadline);
        uint40 latest = _after(ORDER_WINDOW_MAX_S);
        if (order.orderDeadline > latest) revert DeadlineTooFar(order.orderDeadline, latest);
        _requireWindow(order.acceptWindowS);
        _requireWindow(order.runWindowS);
        _requireWindow(order.reportWindowS);
    }

    function _requireWindow(uint32 windowS) private view {
        if (windowS < WINDOW_MIN_S || windowS > WINDOW_MAX_S) {
            revert WindowOutOfRange(windowS, WINDOW_MIN_S, WINDOW_MAX_S);
        }
    }

    function _requireMayJoin(Order calldata order, bytes32 offerHash) private view {
        if (order.offerHash == 0) {
            if (msg.sender != order.matcher) revert NotMatcher(msg.sender, order.matcher);
        } else if (order.offerHash != offerHash) {
            revert WrongOffer(offerHash, order.offerHash);
        }
    }

    function _requireFits(Order calldata order, Offer calldata offer, uint96 amount) private view {
        if (offer.unit != UNIT_FIXED) revert UnsupportedUnit(offer.unit);
        if (block.timestamp > offer.expiry) revert OfferExpired(block.timestamp, offer.expiry);
        if (offer.price == 0) revert ZeroAmount();
        if (offer.price > order.priceMax) revert PriceTooHigh(offer.price, order.priceMax);
        if (offer.price > amount) revert PriceTooHigh(offer.price, amount);
        if (order.deviceClass != 0 && order.deviceClass != offer.deviceClass) {
            revert WrongDeviceClass(offer.deviceClass, order.deviceClass);
        }
        if (order.regions != 0 && order.regions & offer.regions == 0) {
            revert NoCommonRegion(offer.regions, order.regions);
        }
        if (offer.grades & (1 << order.grade) == 0) revert GradeNotOffered(order.grade, offer.grades);
        if (order.runWindowS < offer.durationMinS || order.runWindowS > offer.durationMaxS) {
            revert RunWindowNotOffered(order.runWindowS, offer.durationMinS, offer.durationMaxS);
        }
    }
}
